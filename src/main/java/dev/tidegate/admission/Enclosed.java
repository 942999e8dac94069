package dev.tidegate.admission;

import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.WorkloadReader;
import java.util.Objects;

/** An object inside a review. */
public sealed interface Enclosed {
  /**
   * What the object is.
   *
   * @throws BadDocument if it is malformed or over a bound
   */
  WorkloadReader.Read read() throws BadDocument;

  /** Read together with the review. */
  record Known(WorkloadReader.Read read) implements Enclosed {
    public Known {
      Objects.requireNonNull(read);
    }
  }

  /** Only passed over so far. */
  record Unread(Slice json) implements Enclosed {
    public Unread {
      Objects.requireNonNull(json);
    }

    @Override
    public WorkloadReader.Read read() throws BadDocument {
      return WorkloadReader.read(json.bytes(), json.offset(), json.length());
    }
  }
}
