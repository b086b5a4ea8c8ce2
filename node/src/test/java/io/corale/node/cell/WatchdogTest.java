package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.cell.Ailment.Kind;
import io.corale.node.cell.Watchdog.Division;
import io.corale.node.cell.Watchdog.Facts;
import io.corale.node.cell.Watchdog.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 36: what is opened again, when, and what is not. */
final class WatchdogTest {
  private static final Facts WELL = new Facts(Optional.empty(), Division.LIVING, true, false, true);
  private static final Ailment LOG = Ailment.logFailed(new IOException("no space"));

  private final Watchdog watchdog = new Watchdog();
  private long nowNanos = -5;

  private static Facts ailing(Ailment ailment, Division division) {
    return new Facts(Optional.of(ailment), division, true, false, true);
  }

  private static Ailment ailment(Kind kind, long index) {
    return new Ailment(kind, index, "is ill");
  }

  private Verdict after(Duration time, Facts facts) {
    nowNanos += time.toNanos();
    return watchdog.judge(facts, nowNanos);
  }

  private Verdict judge(Facts facts) {
    return after(Duration.ZERO, facts);
  }

  @Test
  void letsTheWellAlone() {
    assertThat(judge(WELL)).isEqualTo(Verdict.NOTHING);
    assertThat(after(Duration.ofDays(1), WELL)).isEqualTo(Verdict.NOTHING);
  }

  /** A superpeer whose log has failed leads on for seconds; the others wait for its end. */
  @Test
  void closesAtOnceWhatIsKnownToBeIll() {
    assertThat(judge(ailing(LOG, Division.LIVING))).isEqualTo(Verdict.SHUT);
  }

  @Test
  void opensOnlyWhatHasClosedAndAfterAPause() {
    judge(ailing(LOG, Division.LIVING));
    watchdog.shutting(nowNanos);
    Verdict closing = after(Duration.ofSeconds(3), ailing(LOG, Division.ABSENT));
    watchdog.hasShut(nowNanos);
    Verdict early = after(Watchdog.PAUSE.minusNanos(1), ailing(LOG, Division.ABSENT));
    Verdict due = after(Duration.ofNanos(1), ailing(LOG, Division.ABSENT));
    watchdog.opening(LOG, nowNanos);
    Verdict opening = after(Duration.ofMinutes(1), ailing(LOG, Division.ABSENT));

    assertThat(List.of(closing, early, due, opening))
        .containsExactly(Verdict.NOTHING, Verdict.NOTHING, Verdict.OPEN, Verdict.NOTHING);
  }

  @Test
  void endsTheProcessWhenADivisionDoesNotClose() {
    judge(ailing(LOG, Division.LIVING));
    watchdog.shutting(nowNanos);

    assertThat(after(Watchdog.SHUT_PATIENCE.minusNanos(1), ailing(LOG, Division.ABSENT)))
        .isEqualTo(Verdict.NOTHING);
    assertThat(after(Duration.ofNanos(1), ailing(LOG, Division.ABSENT))).isEqualTo(Verdict.HALT);
  }

  @Test
  void endsTheProcessWhenADivisionDoesNotOpen() {
    judge(ailing(LOG, Division.ABSENT));
    watchdog.opening(LOG, nowNanos);
    watchdog.openingBegan(nowNanos);

    assertThat(after(Watchdog.OPEN_PATIENCE.minusNanos(1), ailing(LOG, Division.ABSENT)))
        .isEqualTo(Verdict.NOTHING);
    assertThat(after(Duration.ofNanos(1), ailing(LOG, Division.ABSENT))).isEqualTo(Verdict.HALT);
  }

  /** What it still had to say may be said never. */
  @Test
  void endsTheProcessWhenWhatIsToBeOpenedDoesNotComeToRest() {
    judge(ailing(LOG, Division.ABSENT));
    watchdog.opening(LOG, nowNanos);

    assertThat(after(Watchdog.OPEN_PATIENCE, ailing(LOG, Division.ABSENT))).isEqualTo(Verdict.HALT);
  }

  /** Others are read first, each as long as it takes; that is no reason to end the process. */
  @Test
  void waitsForItsTurnWithoutImpatience() {
    judge(ailing(LOG, Division.ABSENT));
    watchdog.opening(LOG, nowNanos);
    watchdog.openingWaits();
    Verdict waiting = after(Duration.ofHours(1), ailing(LOG, Division.ABSENT));
    watchdog.openingBegan(nowNanos);
    Verdict early = after(Watchdog.OPEN_PATIENCE.minusNanos(1), ailing(LOG, Division.ABSENT));
    watchdog.wasNotOpened(nowNanos);
    watchdog.openingBegan(nowNanos);

    assertThat(List.of(waiting, early)).containsOnly(Verdict.NOTHING);
    assertThat(after(Duration.ofHours(1), ailing(LOG, Division.ABSENT)))
        .as("a word that comes late")
        .isEqualTo(Verdict.OPEN);
  }

  @Test
  void knowsAPoisonedEntryByItsIndexNotByItsWords() {
    watchdog.opening(Ailment.stopped(7, new IllegalStateException("at 1f2e")), nowNanos);
    watchdog.wasOpened();

    assertThat(
            List.of(
                watchdog.isForGood(
                    ailing(
                        Ailment.stopped(7, new IllegalStateException("at 3c4d")), Division.DEAD)),
                watchdog.isForGood(
                    ailing(
                        Ailment.stopped(8, new IllegalStateException("at 1f2e")), Division.DEAD))))
        .containsExactly(true, false);
  }

  /** Ratis closes it by itself, and would hang if it were closed before. */
  @ParameterizedTest
  @EnumSource(names = {"APPLY_FAILED", "UNKNOWN_FORMAT"})
  void letsRatisCloseWhatCouldNotApply(Kind kind) {
    Facts living = ailing(ailment(kind, 7), Division.LIVING);

    assertThat(judge(living)).isEqualTo(Verdict.NOTHING);
    assertThat(after(Watchdog.RATIS_PATIENCE.minusNanos(1), living)).isEqualTo(Verdict.NOTHING);
    assertThat(judge(ailing(ailment(kind, 7), Division.DEAD))).isEqualTo(Verdict.SHUT);
    assertThat(after(Duration.ofNanos(1), living)).isEqualTo(Verdict.SHUT);
  }

  /** Nobody has said anything, and yet it is gone. */
  @ParameterizedTest
  @EnumSource(names = {"ABSENT", "DEAD"})
  void waitsAMomentForAWordFromWhoIsSilent(Division division) {
    Facts silent = new Facts(Optional.empty(), division, true, false, true);

    assertThat(judge(silent)).isEqualTo(Verdict.NOTHING);
    assertThat(after(Watchdog.RATIS_PATIENCE.minusNanos(1), silent)).isEqualTo(Verdict.NOTHING);
    assertThat(judge(WELL)).isEqualTo(Verdict.NOTHING);
    assertThat(judge(silent)).isEqualTo(Verdict.NOTHING);
    Verdict then = after(Watchdog.RATIS_PATIENCE, silent);
    assertThat(then).isEqualTo(division == Division.DEAD ? Verdict.SHUT : Verdict.NOTHING);
    assertThat(after(Watchdog.PAUSE, silent))
        .isEqualTo(division == Division.DEAD ? Verdict.SHUT : Verdict.OPEN);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOVED", "UNKNOWN_FORMAT", "SPLIT"})
  void leavesAloneWhatOpeningCannotHelp(Kind kind) {
    assertThat(judge(ailing(ailment(kind, 7), Division.DEAD))).isEqualTo(Verdict.SHUT);
    assertStaysClosed(ailing(ailment(kind, 7), Division.ABSENT));
  }

  @Test
  void leavesAloneWhoWasRemovedWithoutBeingTold() {
    assertStaysClosed(
        new Facts(Optional.of(Ailment.closed()), Division.ABSENT, false, false, true));
  }

  /** Rule 6: to be opened again is to be looked at first, and it is given up then. */
  @ParameterizedTest
  @EnumSource(names = {"LOST", "DIVERGED"})
  void hasWhatIsLostOrWrongLookedAt(Kind kind) {
    openAgain(ailing(ailment(kind, 0), Division.ABSENT));
  }

  /** Rule 6: it may have believed in a configuration of old; its superpeer brings it back. */
  @ParameterizedTest
  @EnumSource(names = {"REMOVED", "CLOSED"})
  void givesUpWhoIsSentAwayBeforeItIsBack(Kind kind) {
    openAgain(new Facts(Optional.of(ailment(kind, 0)), Division.ABSENT, false, true, true));
  }

  private void assertStaysClosed(Facts facts) {
    judge(facts);
    for (int hours = 0; hours < 5; hours++) {
      assertThat(after(Duration.ofHours(1), facts)).isEqualTo(Verdict.NOTHING);
    }
  }

  /** A bug may be one of a moment; the same one at the same entry is none. */
  @Test
  void meetsAPoisonedEntryTwiceAndNoMore() {
    Facts poisoned = ailing(ailment(Kind.APPLY_FAILED, 7), Division.ABSENT);
    openAgain(poisoned);
    assertStaysClosed(poisoned);
  }

  @Test
  void anotherEntryIsAnotherMatter() {
    openAgain(ailing(ailment(Kind.APPLY_FAILED, 7), Division.ABSENT));
    openAgain(ailing(ailment(Kind.APPLY_FAILED, 8), Division.ABSENT));
  }

  private void openAgain(Facts facts) {
    judge(facts);
    assertThat(after(Duration.ofMinutes(1), facts)).isEqualTo(Verdict.OPEN);
    watchdog.opening(facts.ailment().orElseThrow(), nowNanos);
    watchdog.wasOpened();
    assertThat(judge(WELL)).isEqualTo(Verdict.NOTHING);
  }

  /** An entry is not poison because the disk did not let the replica come so far again. */
  @Test
  void anOpeningThatFailsProvesNothingOfTheEntry() {
    Facts poisoned = ailing(ailment(Kind.APPLY_FAILED, 7), Division.ABSENT);
    judge(poisoned);
    after(Duration.ofMinutes(1), poisoned);
    watchdog.opening(poisoned.ailment().orElseThrow(), nowNanos);
    watchdog.wasNotOpened(nowNanos);

    openAgain(poisoned);
  }

  /** Ratis may fail to open what is sound, and it is opened a little later. */
  @Test
  void remembersThePoisonOverAnOpeningThatWasInVain() {
    Ailment poison = ailment(Kind.APPLY_FAILED, 7);
    watchdog.opening(poison, nowNanos);
    watchdog.wasNotOpened(nowNanos);
    watchdog.opening(Ailment.unopened(new IOException("planted")), nowNanos);

    Ailment after = watchdog.wasOpened();

    assertThat(after).isEqualTo(poison);
    assertStaysClosed(ailing(poison, Division.ABSENT));
  }

  @Test
  void triesFiveTimesInTenMinutesEachAfterALongerPause() {
    Facts facts = ailing(LOG, Division.ABSENT);
    List<Long> seconds = new ArrayList<>();
    for (long second = 0; second < 900; second++) {
      if (after(Duration.ofSeconds(1), facts) == Verdict.OPEN) {
        seconds.add(second);
        watchdog.opening(LOG, nowNanos);
        watchdog.wasNotOpened(nowNanos);
      }
    }

    assertThat(seconds.subList(0, 5)).containsExactly(1L, 3L, 7L, 15L, 31L);
    assertThat(seconds.get(5)).isGreaterThanOrEqualTo(600);
  }

  /** A full disk is waited for, however long it takes, and that makes no pause longer. */
  @Test
  void opensNothingWhileTheDiskIsFullAndAtOnceWhenItIsNot() {
    Facts full = new Facts(Optional.of(LOG), Division.ABSENT, true, false, false);
    assertStaysClosed(full);
    judge(ailing(LOG, Division.ABSENT));
    Ailment closed = Ailment.closed();

    assertThat(after(Watchdog.PAUSE, ailing(LOG, Division.ABSENT))).isEqualTo(Verdict.OPEN);
    assertThat(judge(new Facts(Optional.of(closed), Division.ABSENT, true, false, false)))
        .as("what died of something else")
        .isEqualTo(Verdict.OPEN);
  }
}
