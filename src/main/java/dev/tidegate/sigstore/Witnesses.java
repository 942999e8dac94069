package dev.tidegate.sigstore;

import dev.sigstore.timestamp.client.ImmutableTimestampResponse;
import dev.sigstore.timestamp.client.TimestampException;
import dev.sigstore.timestamp.client.TimestampVerificationException;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;

/**
 * Who says that a document existed: transparency logs and timestamp authorities of a trusted root.
 * Each counts once, however often it says so.
 *
 * @param entries in logs of the trusted root
 * @param stamps of authorities of the trusted root
 * @param times of all of them, earliest first, each once
 */
record Witnesses(List<LogCheck.Logged> entries, List<Stamp> stamps, List<Instant> times) {
  /** Nobody says anything. */
  static final Witnesses NONE = new Witnesses(List.of(), List.of(), List.of());

  /** The statuses of RFC 3161, section 2.4.2, with which a response holds a timestamp. */
  private static final Set<BigInteger> GRANTED = Set.of(BigInteger.ZERO, BigInteger.ONE);

  /**
   * A timestamp.
   *
   * @param clock the authority that gave it
   */
  record Stamp(Roots.Clock clock, Instant time) {}

  /**
   * Verifies all that {@code signed} came with; what is of a log that the trusted root does not
   * know says nothing.
   *
   * @param body what entries must be of
   * @param leastLogs in how many distinct logs it must be
   * @throws Refused if one of them is of something else, or not genuine, or if it is in too few
   *     logs
   */
  static Witnesses of(Signed signed, EntryBody body, Roots roots, int leastLogs) throws Refused {
    LogCheck check = new LogCheck(roots);
    List<LogCheck.Logged> entries = new ArrayList<>();
    for (LogEntry entry : signed.entries()) {
      Optional<LogCheck.Logged> logged = check.verify(entry);
      if (logged.isPresent()) {
        body.mustBe(entry.body());
        entries.add(logged.get());
      }
    }
    mustBeInLogs(leastLogs, entries, signed);
    List<Stamp> stamps = new ArrayList<>();
    if (!roots.clocks().isEmpty()) {
      for (Bytes stamp : signed.timestamps()) {
        stamps.add(stamp(stamp, signed.stamped(), roots.clocks()));
      }
    }
    List<Instant> times = new ArrayList<>();
    entries.forEach(entry -> entry.time().ifPresent(times::add));
    stamps.forEach(stamp -> times.add(stamp.time()));
    for (LogCheck.Logged entry : entries) {
      for (Instant time : times) {
        entry.mustBeValid(time);
      }
    }
    return new Witnesses(
        List.copyOf(entries), List.copyOf(stamps), times.stream().distinct().sorted().toList());
  }

  private static Stamp stamp(Bytes stamp, Bytes message, List<Roots.Clock> clocks) throws Refused {
    String why = "";
    for (Roots.Clock clock : clocks) {
      try {
        granted(stamp);
        ImmutableTimestampResponse response =
            ImmutableTimestampResponse.builder().encoded(stamp.toArray()).build();
        clock.verifier().verify(response, message.toArray());
        Instant time = response.getGenTime().toInstant();
        CertificateCheck.mustBeValid(clock.authority(), time);
        return new Stamp(clock, time);
      } catch (TimestampVerificationException
          | TimestampException
          | GeneralSecurityException
          | RuntimeException bad) {
        why = PlainText.of(String.valueOf(bad.getMessage()), 200); // another may have given it
      }
    }
    throw new Refused(Reason.BAD_LOG_ENTRY, "its timestamp does not count: " + why);
  }

  private static void granted(Bytes stamp) throws Refused {
    ASN1Sequence status =
        ASN1Sequence.getInstance(ASN1Sequence.getInstance(stamp.toArray()).getObjectAt(0));
    if (!GRANTED.contains(ASN1Integer.getInstance(status.getObjectAt(0)).getValue())) {
      throw new Refused(
          Reason.BAD_LOG_ENTRY, "its timestamp does not count: the authority did not grant it");
    }
  }

  /** The first entry, for people. */
  Optional<String> log() {
    return entries.stream().map(LogCheck.Logged::name).findFirst();
  }

  private static void mustBeInLogs(int least, List<LogCheck.Logged> entries, Signed signed)
      throws Refused {
    Distinct distinct = new Distinct();
    entries.forEach(entry -> distinct.add(entry.log().name(), entry.log().key()));
    if (distinct.count() >= least) {
      return;
    }
    if (!entries.isEmpty()) {
      throw new Refused(
          Reason.NOT_LOGGED,
          "it is in "
              + distinct.count()
              + " of the trusted root's logs, and "
              + least
              + " are demanded");
    }
    throw new Refused(
        Reason.NOT_LOGGED,
        signed.entries().isEmpty()
            ? "it is in no transparency log; sign it without --tlog-upload=false"
            : "it is in a transparency log that the trusted root does not know");
  }

  /** Refuses what fewer than {@code least} distinct logs and authorities give a time. */
  void mustBeOfClocks(int least) throws Refused {
    Distinct distinct = new Distinct();
    entries.stream()
        .filter(entry -> entry.time().isPresent())
        .forEach(entry -> distinct.add(entry.log().name(), entry.log().key()));
    stamps.forEach(stamp -> distinct.add(stamp.clock().name(), stamp.clock().key()));
    if (distinct.count() < least) {
      throw new Refused(
          Reason.BAD_TIME,
          distinct.count()
              + " of the trusted root's logs and authorities say when it was signed,"
              + " and "
              + least
              + " are demanded");
    }
  }

  /** Counts services: one under two names, or with two keys, is one. */
  private static final class Distinct {
    private final Set<String> names = new HashSet<>();
    private final Set<PublicKey> keys = new HashSet<>();
    private int count;

    void add(String name, PublicKey key) {
      boolean newName = names.add(name);
      boolean newKey = keys.add(key);
      if (newName && newKey) {
        count++;
      }
    }

    int count() {
      return count;
    }
  }
}
