package io.corale.node;

import io.corale.gossip.seal.ClusterKey;
import io.corale.gossip.seal.KeyFile;
import io.corale.gossip.seal.KeyRing;
import io.corale.node.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that seal the datagrams of a node: those of a file, which may be replaced while the node
 * runs, or one that is made of the cluster key. Thread-safe.
 */
final class OverlayKeys {
  private static final Logger log = LoggerFactory.getLogger(OverlayKeys.class);

  /** In the file it stands for the key that is made of the cluster key. */
  static final String CLUSTER_KEY = "cluster-key";

  private static final String EXPECTED = "expected a key a line, in base64 or hexadecimal";

  private final Optional<Path> file;
  private final ClusterKey derived;
  private String text = "";
  private volatile String complaint = "";

  private OverlayKeys(Optional<Path> file, ClusterKey derived) {
    this.file = file;
    this.derived = derived;
  }

  /**
   * The keys as a node is told them.
   *
   * @param file its path; empty: the key is made of the cluster key
   */
  static OverlayKeys of(String file, String clusterKey) {
    Optional<Path> path = file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
    return new OverlayKeys(path, ClusterKey.derived(clusterKey));
  }

  /**
   * The keys at the start.
   *
   * @throws IOException if there is a file that cannot be used; the message says why
   */
  synchronized KeyRing read() throws IOException {
    if (file.isEmpty()) {
      return new KeyRing(List.of(derived));
    }
    String now = contents(file.get());
    KeyRing keys = parse(file.get(), now);
    text = now;
    return keys;
  }

  /** Other keys than before; empty where they are the same, or those in the file are no use. */
  synchronized Optional<KeyRing> changed() {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      String now = contents(file.get());
      if (now.equals(text)) {
        complaint = "";
        return Optional.empty();
      }
      KeyRing keys = parse(file.get(), now);
      complaint = "";
      text = now;
      log.info("the overlay's keys are {} now", keys);
      return Optional.of(keys);
    } catch (IOException e) {
      complain(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void complain(String message) {
    if (!complaint.equals(message)) {
      log.warn("the overlay goes on with the keys that it has: {}", message);
    }
    complaint = message;
  }

  /** Whether the file could be used when it was looked at last; never waits for it. */
  boolean isFileGood() {
    return complaint.isEmpty();
  }

  private static String contents(Path file) throws IOException {
    return PrivateFile.read(file, KeyFile.MAX_CHARS, EXPECTED);
  }

  private KeyRing parse(Path file, String from) throws IOException {
    try {
      return KeyFile.parse(file.toString(), from, Map.of(CLUSTER_KEY, derived));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
