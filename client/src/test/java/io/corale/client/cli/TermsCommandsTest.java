package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Terms;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an owner agrees to with its scheduler (ADR 33). */
final class TermsCommandsTest {
  private static final Terms AGREED =
      new Terms(4, 500, 4_096, 60, 7, new TreeMap<>(Map.of("ada", 3, "bob", 9)));

  private final Shell shell = new Shell();

  private void answers(Terms terms) {
    Door.TermsReport report =
        Door.TermsReport.newBuilder()
            .setTerms(Encode.terms(terms))
            .setQueued(42)
            .setQueuedBytes(1_234)
            .setLive(17)
            .build();
    shell.line.node(
        "a:1",
        question ->
            question.answer().complete(Door.Response.newBuilder().setTerms(report).build()));
  }

  private Door.Request asked(int number) {
    return shell.line.asked.get(number).request();
  }

  @Test
  void showsWhatHoldsAndWhatIsUsedOfIt() {
    answers(AGREED);

    int code = shell.corale("owner", "terms");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(asked(0).hasShowTerms()).isTrue();
    assertThat(shell.out()).contains("500", "42", "4,096", "1,234", "weight of ada", "version 4");
  }

  @Test
  void showsItAsJson() {
    answers(AGREED);

    shell.corale("owner", "terms", "-o", "json");

    assertThat(shell.out())
        .contains("\"maxQueued\"", "\"submitsPerSecond\"", "\"weights\"", "\"queuedBytes\"");
  }

  @Test
  void saysThatNothingWasAgreed() {
    answers(Terms.STANDARD);

    shell.corale("owner", "terms");

    assertThat(shell.out()).contains("standard terms").contains("any");
  }

  @Test
  void whatIsNotGivenStays() {
    answers(AGREED);

    int code =
        shell.corale(
            "owner",
            "terms",
            "set",
            "--max-queued",
            "900",
            "--weight",
            "ada=5",
            "--weight",
            "bob=1");

    assertThat(code).isEqualTo(Exit.OK);
    Terms put = Decode.terms(asked(1).getPutTerms().getTerms());
    assertThat(put).isEqualTo(new Terms(4, 900, 4_096, 60, 7, new TreeMap<>(Map.of("ada", 5))));
  }

  @Test
  void whatCannotBeIsSaidBeforeAnybodyIsAsked() {
    answers(AGREED);

    int code = shell.corale("owner", "terms", "set", "--max-queued", "0");

    assertThat(code).isEqualTo(Exit.USAGE);
    assertThat(shell.err()).contains("max queued must be from 1 to 1000000, was 0");
    assertThat(shell.line.asked).isEmpty();
  }
}
