package io.corale.flow.jq;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Expressions that want to take a superpeer down, and what they get instead. */
class HostileExpressionsTest {
  private static final Path TABLE = Path.of("src/test/resources/hostile/expressions.txt");
  private static final int THREADS = 2;

  /** One line of the table. */
  record Hostile(String end, String text) {
    static Hostile of(String line) {
      String[] parts = line.split("\\|", 2);
      return new Hostile(parts[0].strip(), parts[1].strip());
    }

    /** How it ended, in a word of the table. */
    String ended(Budget budget) {
      try {
        Query query = Query.compile(text, new TreeSet<>());
        return ended(query, budget);
      } catch (ExpressionFailure e) {
        return "refused";
      }
    }

    private static String ended(Query query, Budget budget) {
      try {
        query.evaluate(NullNode.getInstance(), new TreeMap<>(), budget);
        return "fine";
      } catch (ExpressionFailure e) {
        return word(e.reason());
      }
    }

    private static String word(String reason) {
      List<String> signs =
          List.of(
              "budget:needs more than its budget",
              "size:makes a value of more than",
              "size:handles a value of more than",
              "depth:recurses deeper than",
              "depth:nested deeper than",
              "depth:a path of more than",
              "index:uses the index",
              "finite:is not finite",
              "values:exactly one is needed",
              "error:': ");
      return signs.stream()
          .filter(sign -> reason.contains(sign.substring(sign.indexOf(':') + 1)))
          .map(sign -> sign.substring(0, sign.indexOf(':')))
          .findFirst()
          .orElse(reason);
    }
  }

  static Stream<Hostile> expressions() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .filter(line -> !line.startsWith("#"))
        .map(Hostile::of);
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void endsAsTheTableSays(Hostile hostile) {
    Budget budget = new Budget(() -> false);

    assertThat(hostile.ended(budget)).isEqualTo(hostile.end());
    assertThat(budget.spent()).isLessThanOrEqualTo(Budget.MAX_STEPS);
  }

  @Test
  void thereAreMoreThanAHundred() throws IOException {
    assertThat(expressions().map(Hostile::text)).hasSizeGreaterThan(200).doesNotHaveDuplicates();
  }

  /** In steps; the time is looked at where a node evaluates. */
  @Test
  void afterThemAllThreadsAreFreeAndAPlainOneCostsTheSame() throws Exception {
    ThreadPoolExecutor pool = (ThreadPoolExecutor) Executors.newFixedThreadPool(THREADS);
    try {
      long before = pool.submit(HostileExpressionsTest::costOfAPlainOne).get();
      List<Callable<String>> attacks = new ArrayList<>();
      expressions()
          .forEach(
              hostile -> attacks.add(() -> line(hostile.ended(new Budget(() -> false)), hostile)));

      List<String> ends = new ArrayList<>();
      for (Future<String> end : pool.invokeAll(attacks)) {
        ends.add(end.get());
      }

      assertThat(ends).isEqualTo(expressions().map(each -> line(each.end(), each)).toList());
      assertThat(pool.getQueue()).isEmpty();
      assertThat(pool.getPoolSize()).as("no thread has died").isEqualTo(THREADS);
      for (long cost : onAllThreadsAtOnce(pool, HostileExpressionsTest::costOfAPlainOne)) {
        assertThat(cost).isEqualTo(before);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static String line(String end, Hostile hostile) {
    return end + " | " + hostile.text();
  }

  /** Each thread waits for all others in its task, so it ends only if none is busy with more. */
  private static List<Long> onAllThreadsAtOnce(ThreadPoolExecutor pool, Callable<Long> task)
      throws Exception {
    CountDownLatch arrived = new CountDownLatch(THREADS);
    List<Future<Long>> results = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      results.add(
          pool.submit(
              () -> {
                arrived.countDown();
                arrived.await();
                return task.call();
              }));
    }
    List<Long> values = new ArrayList<>();
    for (Future<Long> result : results) {
      values.add(result.get());
    }
    return values;
  }

  private static long costOfAPlainOne() throws ExpressionFailure {
    Budget budget = new Budget(() -> false);
    Query query =
        Query.compile(
            "[range(100) | select(. % 3 == 0) | \"n\\(.)\" | sub(\"n(?<d>.*)\"; .d)] | length",
            new TreeSet<>());
    JsonNode value = query.evaluate(NullNode.getInstance(), new TreeMap<>(), budget);
    assertThat(value).isEqualTo(IntNode.valueOf(34));
    return budget.spent();
  }
}
