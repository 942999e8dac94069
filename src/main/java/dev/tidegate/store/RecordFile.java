package dev.tidegate.store;

import dev.tidegate.store.StoreEvents.FileEvent;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * One file of records, for one thread. Whatever the library throws ends the use of the file for
 * now; a damaged one is put aside, so that the next is begun empty.
 */
final class RecordFile {
  private static final int CACHE_MIB = 2;
  private static final int COMPACT_BELOW_PERCENT = 60;
  private static final int COMPACT_BYTES = 8 << 20;

  private final Path file;
  private final StoreEvents events;
  private @Nullable MVStore store;
  private @Nullable MVMap<String, byte[]> records;

  RecordFile(Path file, StoreEvents events) {
    this.file = file;
    this.events = events;
  }

  /** Whether it is in use. */
  boolean isOpen() {
    return store != null;
  }

  /** Tries to use it; a damaged one is put aside, and a new one begun. */
  void open() {
    if (tryOpen()) {
      tryOpen();
    }
  }

  /** Whether another try makes sense at once. */
  private boolean tryOpen() {
    try {
      prepare();
      MVStore opened =
          new MVStore.Builder()
              .fileName(file.toString())
              .cacheSize(CACHE_MIB)
              .autoCommitDisabled() // or another thread would write, and could be interrupted
              .open();
      store = opened;
      records =
          opened.openMap(
              "evidence-1",
              new MVMap.Builder<String, byte[]>()
                  // The usual types would make objects of what the file says.
                  .keyType(StringDataType.INSTANCE)
                  .valueType(ByteArrayDataType.INSTANCE));
      events.file(FileEvent.OPENED, file.toString());
      return false;
    } catch (IOException unusable) {
      events.file(FileEvent.UNUSABLE, file + ": " + unusable);
      return false;
    } catch (RuntimeException | Error broken) {
      // At damaged files the library fails by assertions and by lack of memory, too.
      return failed(broken);
    }
  }

  private void prepare() throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      if (posix) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException there) {
      if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
        throw new IOException("it is no file that may be written", there);
      }
    }
  }

  byte @Nullable [] get(String name) {
    return records == null ? null : records.get(name);
  }

  /** The names that begin with {@code prefix}, at most so many, in their order. */
  List<String> names(String prefix, int most) {
    List<String> names = new ArrayList<>();
    if (records != null) {
      Iterator<String> from = records.keyIterator(prefix);
      while (names.size() < most && from.hasNext()) {
        String name = from.next();
        if (!name.startsWith(prefix)) {
          break;
        }
        names.add(name);
      }
    }
    return names;
  }

  void put(String name, byte[] record) {
    if (records != null) {
      records.put(name, record);
    }
  }

  void remove(String name) {
    if (records != null) {
      records.remove(name);
    }
  }

  /** Makes what was put last. */
  void commit() {
    if (store != null) {
      store.commit();
    }
  }

  /** Gives back space, a little at a time. */
  void compact() {
    if (store != null) {
      store.compact(COMPACT_BELOW_PERCENT, COMPACT_BYTES);
    }
  }

  /** Begins anew if it is longer than {@code most}; everything in it can be learnt again. */
  void keepBelow(long most) {
    if (store != null && store.getFileStore() != null && store.getFileStore().size() > most) {
      events.file(FileEvent.SET_ASIDE, file + " is longer than " + most + " bytes; begun anew");
      shut();
      try {
        Files.deleteIfExists(file);
      } catch (IOException stays) {
        events.file(FileEvent.UNUSABLE, file + ": " + stays);
      }
    }
  }

  /**
   * What to do after {@code broken}: nothing of the file is used any more. Whether it was put
   * aside, so that a new one can be begun.
   */
  boolean failed(Throwable broken) {
    shut();
    int code = broken instanceof MVStoreException one ? one.getErrorCode() : -1;
    return switch (code) {
      case DataUtils.ERROR_FILE_LOCKED,
          DataUtils.ERROR_WRITING_FAILED,
          DataUtils.ERROR_READING_FAILED,
          DataUtils.ERROR_CLOSED -> {
        events.file(FileEvent.UNUSABLE, file + ": " + broken.getMessage());
        yield false;
      }
      default -> setAside(broken);
    };
  }

  private boolean setAside(Throwable broken) {
    Path aside = file.resolveSibling(file.getFileName() + ".broken");
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      events.file(FileEvent.SET_ASIDE, file + " is damaged (" + broken + "); it is now " + aside);
      return true;
    } catch (IOException stays) {
      events.file(FileEvent.UNUSABLE, file + " is damaged and cannot be moved: " + stays);
      return false;
    }
  }

  /** Lets go of it without writing. */
  private void shut() {
    MVStore open = store;
    store = null;
    records = null;
    if (open != null) {
      try {
        open.closeImmediately();
      } catch (RuntimeException | Error broken) {
        events.file(FileEvent.UNUSABLE, file + " could not be closed: " + broken);
      }
    }
  }

  /** Writes what was put and lets go of it. */
  void close() {
    MVStore open = store;
    if (open != null) {
      store = null;
      records = null;
      try {
        open.commit();
        open.close();
      } catch (RuntimeException | Error broken) {
        failed(broken);
      }
    }
  }
}
