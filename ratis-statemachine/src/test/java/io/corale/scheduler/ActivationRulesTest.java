package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.account;
import static io.corale.scheduler.TestCell.fastAccount;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which format a cell's log may have is state, and only rises (rule 36). */
class ActivationRulesTest {
  private static final int NEWEST = Entry.NEWEST_FORMAT;

  private final TestCell cell = TestCell.open(2);

  private Result activate(int format) {
    return applied(format).results().get(0);
  }

  private Applied applied(int format) {
    return cell.apply(SECOND, new Command.ActivateVersion(format));
  }

  @Test
  void beginsWithWhatEveryBuildReads() {
    assertThat(cell.scheduler.activeFormat()).isEqualTo(Entry.BASE_FORMAT);
    assertThat(cell.scheduler.resume()).noneMatch(Effect.Active.class::isInstance);
  }

  @Test
  void saysThatMoreMayBeSaidAndSaysSoToEveryNextSuperpeer() {
    Applied applied = applied(NEWEST);

    assertThat(applied.results()).containsExactly(new Result.Done());
    assertThat(applied.effects()).containsExactly(new Effect.Active(NEWEST));
    assertThat(cell.scheduler.activeFormat()).isEqualTo(NEWEST);
    assertThat(cell.scheduler.resume().get(0)).isEqualTo(new Effect.Active(NEWEST));
  }

  @Test
  void neverGoesBack() {
    applied(NEWEST);

    for (int format : List.of(NEWEST, Entry.BASE_FORMAT, 0, -1)) {
      assertThat(activate(format)).isEqualTo(refused(Refusal.Code.CONFLICT, "format 12 is active"));
    }
    assertThat(cell.scheduler.activeFormat()).isEqualTo(NEWEST);
  }

  @Test
  void refusesWhatThisBuildDoesNotKnow() {
    assertThat(activate(NEWEST + 1))
        .isEqualTo(refused(Refusal.Code.INVALID, "this build knows formats up to 12"));
    assertThat(cell.scheduler.activeFormat()).isEqualTo(Entry.BASE_FORMAT);
  }

  private static Result refused(Refusal.Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }

  @Test
  void isRememberedInSnapshots() {
    applied(NEWEST);

    OwnerScheduler restored = OwnerScheduler.restore(cell.scheduler.image());

    assertThat(restored.activeFormat()).isEqualTo(NEWEST);
  }

  /** Who does not know what it activates must stop at the activation, not behind it. */
  @Test
  void standsInAnEntryOfTheFormatThatItActivates() {
    assertThat(Entry.format(new Command.ActivateVersion(NEWEST + 3))).isEqualTo(NEWEST + 3);
    assertThat(Entry.format(new Command.ActivateVersion(2))).isEqualTo(5);
  }

  /** Its owner asked for that before this cell's log had words for it. */
  @Test
  void anAccountBeginsToRetryFastUnderTheSameVersion() {
    cell.apply(SECOND, new Command.Configure(account(2, 3)));

    cell.apply(SECOND, new Command.Configure(fastAccount(2, 3)));

    assertThat(cell.scheduler.accounts()).containsExactly(fastAccount(2, 3));
    cell.apply(SECOND, new Command.Configure(account(2, 3)));
    assertThat(cell.scheduler.accounts()).containsExactly(fastAccount(2, 3));
    cell.apply(SECOND, new Command.Configure(fastAccount(1, 7)));
    assertThat(cell.scheduler.accounts()).containsExactly(fastAccount(2, 3));
  }
}
