package io.corale.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class OverlayKeysTest {
  private static final String ONE =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  private static final String TWO = ONE.replace('0', 'f');

  @TempDir Path directory;

  /** So that nodes which were never told of a file go on as they are. */
  @Test
  void withoutAFileTheKeyIsMadeOfTheClusterKey() throws Exception {
    OverlayKeys keys = OverlayKeys.of("", "a cluster key");

    assertThat(keys.read()).hasToString(OverlayKeys.of("", "a cluster key").read().toString());
    assertThat(keys.read().toString())
        .isNotEqualTo(OverlayKeys.of("", "another one").read().toString());
    assertThat(keys.changed()).isEmpty();
    assertThat(keys.isFileGood()).isTrue();
  }

  /** It is how the first file comes into force, in the same steps as any other key. */
  @Test
  void aWordInTheFileStandsForTheKeyThatIsMadeOfTheClusterKey() throws Exception {
    String derived = OverlayKeys.of("", "k").read().toString();

    OverlayKeys keys = OverlayKeys.of(file("# both\ncluster-key\n" + ONE + "\n"), "k");

    assertThat(keys.read().toString()).startsWith(derived.substring(0, derived.length() - 1) + ",");
  }

  @Test
  void aFileThatIsReplacedIsInForceAndOneThatIsNoUseChangesNothing() throws Exception {
    String file = file(ONE);
    OverlayKeys keys = OverlayKeys.of(file, "k");
    String first = keys.read().toString();

    assertThat(keys.changed()).as("the same").isEmpty();
    file("no key");
    assertThat(keys.changed()).as("of no use").isEmpty();
    assertThat(keys.isFileGood()).isFalse();
    file(TWO + "\n" + ONE);
    assertThat(keys.changed().orElseThrow().toString()).isNotEqualTo(first);
    assertThat(keys.isFileGood()).isTrue();
  }

  /** It is looked at every ten seconds, and may stand there over a night. */
  @Test
  void ofAFileThatIsNoUseOneComplaintIsMade() throws Exception {
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    ((Logger) LoggerFactory.getLogger(OverlayKeys.class)).addAppender(said);
    OverlayKeys keys = OverlayKeys.of(file(ONE), "k");
    keys.read();

    file("no key");
    keys.changed();
    keys.changed();
    int ofTheFirst = said.list.size();
    file(ONE);
    keys.changed();
    boolean isGoodAgain = keys.isFileGood();
    file("no key");
    keys.changed();

    assertThat(ofTheFirst).isEqualTo(1);
    assertThat(isGoodAgain).isTrue();
    assertThat(said.list).as("after a good one it is news again").hasSize(2);
  }

  @Test
  void aFileThatIsOpenToOthersIsRefused() throws Exception {
    String file = file(ONE);
    Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> OverlayKeys.of(file, "k").read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is open to others")
        .hasMessageNotContaining(ONE);
  }

  private String file(String text) throws IOException {
    Path file = directory.resolve("overlay.key");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toString();
  }
}
