package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import io.corale.model.Terms;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an owner agrees to with its scheduler (ADR 33). */
final class TermsCommandsTest {
  private static final Terms AGREED =
      new Terms(4, 500, 4_096, 60, 7, new TreeMap<>(Map.of("ada", 3, "bob", 9)));

  private final Shell shell = new Shell();

  /** What the registry has. */
  private Optional<Terms> stands = Optional.empty();

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
    assertThat(asked(0).getShowTerms().getWithRegistered()).isTrue();
  }

  /** An owner, of whose terms somebody else changes the weight of bob so many times. */
  private void isChangedByAnother(Optional<Terms> registered, Terms inForce, int times) {
    stands = registered;
    AtomicInteger left = new AtomicInteger(times);
    shell.line.node(
        "a:1",
        question -> {
          Door.TermsReport.Builder report =
              Door.TermsReport.newBuilder().setTerms(Encode.terms(inForce));
          stands.map(Encode::terms).ifPresent(report::setRegistered);
          Door.PutTerms put = question.request().getPutTerms();
          long version = stands.map(Terms::version).orElse(0L);
          if (question.request().hasShowTerms()) {
            question.answer().complete(response(report));
            if (left.getAndDecrement() > 0) {
              stands = Optional.of(AGREED.withVersion(version + 1));
            }
          } else if (!put.hasReplaces() || put.getReplaces() != version) {
            question.refuse(Refusal.Code.CONFLICT, "version " + version + " is registered");
          } else {
            stands = Optional.of(Decode.terms(put.getTerms()).withVersion(version + 1));
            question.answer().complete(response(report.setTerms(put.getTerms())));
          }
        });
  }

  private static Door.Response response(Door.TermsReport.Builder report) {
    return Door.Response.newBuilder().setTerms(report).build();
  }

  private Terms lastPut() {
    return Decode.terms(asked(shell.line.asked.size() - 1).getPutTerms().getTerms());
  }

  /** Two administrators, one of whom changes a weight and the other a limit. */
  @Test
  void whatAnotherChangesMeanwhileStays() {
    isChangedByAnother(Optional.empty(), Terms.STANDARD, 2);

    int code = shell.corale("owner", "terms", "set", "--max-queued", "900");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(lastPut().maxQueued()).isEqualTo(900);
    assertThat(lastPut().weights()).isEqualTo(AGREED.weights());
  }

  @Test
  void whoIsNeverFastEnoughIsToldSo() {
    isChangedByAnother(Optional.of(AGREED), AGREED, 1_000);

    int code = shell.corale("owner", "terms", "set", "--max-queued", "900");

    assertThat(code).isEqualTo(Exit.of(Refusal.Code.CONFLICT));
    assertThat(shell.err()).contains("conflict: version");
    assertThat(shell.line.asked).hasSizeLessThan(40);
  }

  /** It was answered with "registered, but", and is on its way into force. */
  @Test
  void whatIsRegisteredAndNotInForceIsNotLost() {
    isChangedByAnother(Optional.of(AGREED), Terms.STANDARD.withVersion(3), 0);

    shell.corale("owner", "terms", "set", "--weight", "carl=2");

    assertThat(asked(1).getPutTerms().getReplaces()).isEqualTo(4);
    assertThat(lastPut().maxQueued()).isEqualTo(AGREED.maxQueued());
    assertThat(lastPut().weights()).containsEntry("ada", 3).containsEntry("carl", 2);
  }

  /** The registry was restored from a backup; what is not given stays as it is in force. */
  @Test
  void whatIsInForceIsNotLostForWhatWasRegisteredBefore() {
    isChangedByAnother(Optional.of(Terms.STANDARD.withVersion(2)), AGREED, 0);

    shell.corale("owner", "terms", "set", "--weight", "carl=2");

    assertThat(asked(1).getPutTerms().getReplaces()).isEqualTo(2);
    assertThat(lastPut().weights()).containsEntry("ada", 3).containsEntry("carl", 2);
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
