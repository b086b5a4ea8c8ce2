package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.corale.model.Outcome;
import io.corale.model.Problem;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Plays compositions that nobody has meant: whatever compiles, runs without harm, and what goes
 * wrong in it has its place in what was published.
 */
final class FuzzedRuns {
  /** Loops without end take a turn of ten thousand tasks for each entry. */
  private static final long MAX_ENTRIES = 30;

  private static final List<String> INPUTS =
      List.of("null", "{}", "{\"n\":3,\"a\":[1,{\"b\":\"é\"}],\"k\":2}", "[1,2,3]", "\"text\"");

  private final int most;
  private int plays;
  private int ended;
  private int faulted;
  private int brokenOff;
  private long entries;

  /**
   * Plays nothing yet.
   *
   * @param most that are played
   */
  FuzzedRuns(int most) {
    this.most = most;
  }

  /** Plays it, unless enough were played. */
  void play(long seed, Composition composition) {
    if (plays < most) {
      plays++;
      count(played(seed, composition));
    }
  }

  private static Stage played(long seed, Composition composition) {
    Random random = new Random(seed);
    Stage stage =
        new Stage(composition, call -> answer(random, call), Stage.ALL).breakingOffAt(MAX_ENTRIES);
    String what = "seed " + seed + ": " + composition.canonical().json();
    try {
      stage.play(INPUTS.get(random.nextInt(INPUTS.size())));
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
    problems(stage)
        .forEach(
            problem ->
                assertThat(isPlace(composition.definition(), problem.instance()))
                    .as("%s is the place of %s in %s", problem.instance(), problem, what)
                    .isTrue());
    return stage;
  }

  /** One in six calls fails. */
  private static Outcome answer(Random random, CallSpec call) {
    return random.nextInt(6) == 0 ? Plays.failure("down") : new Outcome.Success(call.arguments());
  }

  private static Stream<Problem> problems(Stage stage) {
    return Stream.concat(
        stage.problem.stream(),
        stage.transitions.stream()
            .map(Transition::steps)
            .flatMap(List::stream)
            .mapMulti(
                (step, out) -> {
                  if (step instanceof Step.Fail fail) {
                    out.accept(fail.problem());
                  } else if (step instanceof Step.Fault fault) {
                    out.accept(fault.problem());
                  }
                }));
  }

  private static boolean isPlace(JsonNode definition, String instance) {
    return (instance.isEmpty() || instance.startsWith("/"))
        && !definition.at(JsonPointer.compile(instance)).isMissingNode();
  }

  private void count(Stage stage) {
    entries += stage.entries();
    if (stage.output.isPresent()) {
      ended++;
    } else if (stage.problem.isPresent()) {
      faulted++;
    } else {
      brokenOff++;
    }
  }

  /** There were enough, and of both kinds. */
  void requireEnough() {
    assertThat(plays).as("played compositions").isEqualTo(most);
    assertThat(ended).as("compositions that end well").isGreaterThan(most / 10);
    assertThat(faulted).as("compositions that fault").isGreaterThan(most / 10);
  }

  @Override
  public String toString() {
    return plays
        + " compositions played: "
        + ended
        + " ended, "
        + faulted
        + " faulted, "
        + brokenOff
        + " broken off, "
        + entries
        + " entries";
  }
}
