package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What stays readable of ended invocations beyond their receipts (rule 24). */
final class RetentionRulesTest {
  private static final long SECOND = TestCell.SECOND;

  /** Of what {@link TestCell#submit} submits. */
  private static final long RECEIPT = 60 * SECOND;

  private static final long SIZE_BYTES = 1L << 20;

  private TestCell cell = TestCell.open(10);

  private Result retain(long ageSeconds, int count, long sizeBytes) {
    Retention retention = new Retention(Duration.ofSeconds(ageSeconds), count, sizeBytes);
    return cell.apply(0, new Command.Retain(retention)).results().get(0);
  }

  private void end(String... ids) {
    for (String id : ids) {
      cell.apply(1, TestCell.submit(id));
      cell.apply(1, new Command.Cancel(TestCell.id(id), "enough"));
    }
  }

  private void pass(long micros) {
    cell.apply(micros, new Command.Tick());
  }

  private List<String> readable() {
    return ids(cell.scheduler.list(100, 0, view -> true));
  }

  private static List<String> ids(InvocationPage page) {
    return page.invocations().stream().map(view -> view.id().value()).toList();
  }

  @Test
  void nothingIsReadableBeyondItsReceiptUnlessItIsWanted() {
    end("a");

    pass(RECEIPT - 2);
    assertThat(readable()).containsExactly("a");
    pass(2);

    assertThat(readable()).isEmpty();
    assertThat(cell.scheduler.retention()).isEqualTo(Retention.NONE);
  }

  /** Who reads page by page goes on where he was, though the last that he read is forgotten. */
  @Test
  void thePageAfterWhatIsGoneGoesOnThere() {
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b", "c", "d");
    pass(RECEIPT);
    InvocationPage first = cell.scheduler.list(2, 0, view -> true);

    retain(1_000, 2, SIZE_BYTES);

    assertThat(ids(first)).containsExactly("a", "b");
    assertThat(readable()).containsExactly("c", "d");
    assertThat(ids(cell.scheduler.list(1, first.last(), view -> true))).containsExactly("c");
  }

  /** Or its id is another one's by now, which comes last. */
  @Test
  void thePageAfterWhatCameAgainGoesOnThere() {
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b", "c");
    pass(RECEIPT);
    InvocationPage first = cell.scheduler.list(2, 0, view -> true);

    end("b");

    assertThat(ids(first)).containsExactly("a", "b");
    assertThat(ids(cell.scheduler.list(2, first.last(), view -> true))).containsExactly("c", "b");
  }

  @Test
  void isReadableUntilItsEndIsTooLongAgo() {
    assertThat(retain(90, 10, SIZE_BYTES)).isEqualTo(new Result.Done());
    end("a");

    pass(89 * SECOND);
    assertThat(readable()).containsExactly("a");
    assertThat(cell.scheduler.history()).isEqualTo(1);
    assertThat(cell.scheduler.receipts()).isZero();
    assertThat(cell.scheduler.trace(TestCell.id("a"))).isPresent();
    pass(SECOND);

    assertThat(readable()).isEmpty();
    assertThat(cell.scheduler.sizeBytes()).isZero();
  }

  @Test
  void theOldestEndGoesFirstWhereThereAreTooMany() {
    retain(1_000, 2, SIZE_BYTES);
    cell.apply(1, TestCell.submit("late"));
    end("a", "b", "c");
    cell.apply(1, new Command.Cancel(TestCell.id("late"), "enough"));

    pass(RECEIPT);

    assertThat(readable()).containsExactly("late", "c");
  }

  @Test
  void theOldestEndGoesFirstWhereTheyWeighTooMuch() {
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b", "c");
    pass(RECEIPT);
    long each = cell.scheduler.historyBytes() / 3;

    retain(1_000, 10, 2 * each);

    assertThat(readable()).containsExactly("b", "c");
    assertThat(cell.scheduler.historyBytes()).isEqualTo(2 * each);
  }

  /** A short age, a count or a size says nothing of what callers may ask for again. */
  @Test
  void noLimitEndsAReceipt() {
    retain(1, 1, 1);
    end("a", "b", "c");

    pass(RECEIPT - 10);

    assertThat(readable()).containsExactly("a", "b", "c");
    assertThat(cell.scheduler.receipts()).isEqualTo(3);
  }

  @Test
  void lessIsWantedAtOnce() {
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b", "c");
    pass(RECEIPT);

    retain(1_000, 1, SIZE_BYTES);
    assertThat(readable()).containsExactly("c");
    retain(1_000, 0, SIZE_BYTES);

    assertThat(readable()).isEmpty();
    assertThat(cell.scheduler.retention()).isEqualTo(Retention.NONE);
  }

  /** Whoever wants much less must not make a replica stand still; also one that was restored. */
  @Test
  void muchGoesInSteps() {
    cell.withoutInvariants();
    cell.apply(0, new Command.ActivateVersion(Entry.NEWEST_FORMAT));
    int many = 3 * Receipts.MOST_TRIMMED;
    retain(1_000, many, 16 * SIZE_BYTES);
    String[] ids = IntStream.range(0, many).mapToObj(i -> "i" + i).toArray(String[]::new);
    end(ids);
    pass(RECEIPT);
    assertThat(cell.scheduler.history()).isEqualTo(many);

    retain(0, 0, 0);

    assertThat(cell.scheduler.history()).isEqualTo(2 * Receipts.MOST_TRIMMED);
    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));
    restored.withoutInvariants();
    assertThat(restored.scheduler.history()).isEqualTo(2 * Receipts.MOST_TRIMMED);
    pass(1);
    restored.apply(1, new Command.Tick());
    assertThat(cell.scheduler.history()).isZero();
    assertThat(restored.scheduler.image()).isEqualTo(cell.scheduler.image());
  }

  /** What is new has no time to wait until the rest has gone. */
  @Test
  void allThatIsInTheWayGoesAtOnceWhereTheMemoryIsFull() {
    end("probe");
    long each = cell.scheduler.sizeBytes();
    int many = 3 * Receipts.MOST_TRIMMED;
    cell = small(new Receipts.Capacity(many, many, many * each));
    cell.withoutInvariants();
    cell.apply(0, new Command.ActivateVersion(Entry.NEWEST_FORMAT));
    retain(1_000, many, 16 * SIZE_BYTES);
    String[] ids = IntStream.range(0, many - 10).mapToObj(i -> "i" + i).toArray(String[]::new);
    end(ids);
    pass(RECEIPT);
    int before = cell.scheduler.history();
    Command[] more =
        IntStream.range(0, 2 * Receipts.MOST_TRIMMED)
            .mapToObj(i -> TestCell.submit("m" + i))
            .toArray(Command[]::new);

    cell.apply(1, more);

    assertThat(before - cell.scheduler.history()).isGreaterThan(Receipts.MOST_TRIMMED);
    pass(1);
    assertThat(cell.scheduler.sizeBytes()).isLessThan(many * each);
  }

  @Test
  void isInNobodysWayWhereReceiptsAreFull() {
    cell = small(new Receipts.Capacity(10, 2, SIZE_BYTES));
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b");
    assertThat(submit("refused")).isInstanceOf(Result.Refused.class);

    pass(RECEIPT);
    end("c");

    assertThat(readable()).containsExactly("a", "b", "c");
    assertThat(submit("d")).isEqualTo(new Result.Accepted());
  }

  @Test
  void goesWhenTheMemoryIsFullAndNothingElseDoes() {
    end("probe");
    long each = cell.scheduler.sizeBytes();
    cell = small(new Receipts.Capacity(100, 100, 4 * each));
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b");
    pass(RECEIPT);

    for (int i = 0; i < 3; i++) {
      end("n" + i);
    }

    assertThat(readable()).containsExactly("n0", "n1", "n2");
    assertThat(cell.scheduler.sizeBytes()).isLessThan(4 * each);
  }

  /** Also of what comes in one entry: only before and after it something is forgotten. */
  @Test
  void isInNobodysWayWhereTheMemoryIsFull() {
    end("probe");
    long each = cell.scheduler.sizeBytes();
    cell = small(new Receipts.Capacity(100, 100, 6 * each));
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b", "c", "d", "e");
    pass(RECEIPT);
    assertThat(cell.scheduler.history()).isEqualTo(5);

    Applied applied =
        cell.apply(1, TestCell.submit("n0"), TestCell.submit("n1"), TestCell.submit("n2"));

    assertThat(applied.results()).containsOnly(new Result.Accepted());
    pass(1);
    assertThat(cell.scheduler.sizeBytes()).isLessThan(6 * each);
  }

  /** Its caller has no more time to ask, so it is another who asks now. */
  @Test
  void anIdIsFreeOnceItsReceiptHasEnded() {
    retain(1_000, 10, SIZE_BYTES);
    end("a", "b");
    pass(RECEIPT);

    assertThat(submit("a")).isEqualTo(new Result.Accepted());

    assertThat(readable()).containsExactly("b", "a");
    assertThat(cell.status("a").ending()).isEmpty();
    assertThat(submit("a")).isEqualTo(new Result.Known(TestCell.COMPOSITION, Optional.empty()));
    assertThat(cell.scheduler.history()).isEqualTo(1);
  }

  /** A slot of it may be leased for longer than its receipt. */
  @Test
  void weighsWhatIsTracedOfItLater() {
    retain(10_000, 10, SIZE_BYTES);
    cell.apply(1, TestCell.submit("a"));
    pass(RECEIPT - 2);
    cell.takeOver();
    cell.apply(1, new Command.Cancel(TestCell.id("a"), "enough"));
    pass(1);
    assertThat(cell.scheduler.history()).isEqualTo(1);
    assertThat(cell.slots()).isEqualTo("0+1");
    long before = cell.scheduler.historyBytes();

    pass(TestCell.FENCE);

    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(cell.scheduler.historyBytes())
        .isGreaterThan(before)
        .isEqualTo(cell.scheduler.sizeBytes());
  }

  @Test
  void isTheSameAfterARestore() {
    retain(90, 3, SIZE_BYTES);
    end("a", "b");
    pass(RECEIPT);
    end("c");
    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    assertThat(restored.scheduler.image()).isEqualTo(cell.scheduler.image());
    for (long micros : List.of(1L, 29 * SECOND, SECOND, RECEIPT)) {
      pass(micros);
      restored.apply(micros, new Command.Tick());
      assertThat(restored.scheduler.image().invocations())
          .isEqualTo(cell.scheduler.image().invocations());
      assertThat(restored.scheduler.history()).isEqualTo(cell.scheduler.history());
    }
    assertThat(restored.scheduler.retention()).isEqualTo(cell.scheduler.retention());
  }

  @Test
  void noLimitIsBeyondItsMaximum() {
    assertThatThrownBy(() -> new Retention(Retention.MAX_AGE.plusNanos(1), 1, 1))
        .hasMessageContaining("age must be from PT0S to PT8760H");
    assertThatThrownBy(() -> new Retention(Duration.ZERO, Retention.MAX_COUNT + 1, 1))
        .hasMessageContaining("count must be from 0 to 500000");
    assertThatThrownBy(() -> new Retention(Duration.ZERO, 1, Retention.MAX_SIZE_BYTES + 1))
        .hasMessageContaining("bytes must be from 0 to 134217728");
    assertThatThrownBy(() -> new Retention(Duration.ofNanos(-1), 1, 1))
        .hasMessageContaining("age must be");
  }

  private Result submit(String id) {
    return cell.apply(1, TestCell.submit(id)).results().get(0);
  }

  private static TestCell small(Receipts.Capacity capacity) {
    return new TestCell(new OwnerScheduler(capacity)).opened(TestCell.account(1, 10));
  }
}
