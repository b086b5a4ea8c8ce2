package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Retention;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long ended invocations stay readable: shown, changed, and ended. */
final class RetentionCommandTest {
  private final Shell shell = new Shell();

  @Test
  void saysWhatIsKept() {
    keeps(new Retention(Duration.ofHours(1), 2_000, 1 << 20));

    shell.corale("retention");
    shell.corale("retention", "-o", "json");

    assertThat(shell.out())
        .contains("at most PT1H since their end, 2,000 invocations, 1,048,576 bytes")
        .contains("kept now: 17 invocations of 12,345 bytes")
        .contains("\"age\" : \"PT1H\"", "\"kept\" : 17", "\"keptBytes\" : 12345");
  }

  /** A limit that somebody forgot to repeat would forget half of the history for good. */
  @Test
  void whatIsNotGivenStaysAsItIs() {
    keeps(new Retention(Duration.ofHours(1), 2_000, 1 << 20));

    int code = shell.corale("retention", "set", "--age", "P2D", "--count", "5");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(asked()).contains(new Retention(Duration.ofDays(2), 5, 1 << 20));
  }

  @Test
  void whatIsNotGivenHasItsDefaultWhereNothingWasKept() {
    keeps(Retention.NONE);

    shell.corale("retention", "set", "--count", "5");

    assertThat(asked())
        .contains(new Retention(Retention.DEFAULT_AGE, 5, Retention.DEFAULT_SIZE_BYTES));
  }

  @Test
  void whereAllIsGivenNobodyIsAskedWhatWas() {
    keeps(Retention.NONE);

    shell.corale("retention", "set", "--age", "P2D", "--count", "5", "--bytes", "7");

    assertThat(shell.line.asked).hasSize(1);
    assertThat(asked()).contains(new Retention(Duration.ofDays(2), 5, 7));
  }

  @Test
  void beyondItsMaximumIsNotAskedFor() {
    assertThat(shell.corale("retention", "set", "--age", "P366D")).isEqualTo(Exit.USAGE);

    assertThat(shell.err()).contains("age must be from PT0S to PT8760H");
    assertThat(shell.line.asked).isEmpty();
  }

  @Test
  void offKeepsNothing() {
    keeps(new Retention(Duration.ofHours(1), 2_000, 1 << 20));

    shell.corale("retention", "off");

    assertThat(asked()).contains(Retention.NONE);
    assertThat(shell.out()).contains("nothing is kept beyond its receipt");
  }

  /** Has the node keep this, and do what it is asked to. */
  private void keeps(Retention retention) {
    shell.line.node(
        "a:1",
        question ->
            question
                .answer()
                .complete(
                    question.request().hasRetain()
                        ? Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()).build()
                        : Door.Response.newBuilder()
                            .setRetention(
                                Door.RetentionReport.newBuilder()
                                    .setRetention(Encode.retention(retention))
                                    .setKept(17)
                                    .setKeptSizeBytes(12_345))
                            .build()));
  }

  /** What was asked to be kept, in the end. */
  private Optional<Retention> asked() {
    return shell.line.asked.stream()
        .map(each -> each.request())
        .filter(Door.Request::hasRetain)
        .map(request -> Decode.retention(request.getRetain().getRetention()))
        .reduce((one, other) -> other);
  }
}
