package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.Optional;

/** Asks for invocations of other compositions. */
final class Runs {
  private final Evaluation evaluation;

  Runs(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** The step that begins it; it comes after what the branch remembers. */
  Step ask(Line line, Frame frame, Work.Run run) throws Faulted {
    String place = frame.task().place();
    Composition composition = composition(run, place);
    JsonNode input =
        run.input().isPresent()
            ? evaluation.fill(
                run.input().get(),
                frame.input(),
                Sight.of(line, frame),
                place + "/run/workflow/input")
            : frame.input();
    Payload payload = Json.write(input);
    evaluation
        .steps()
        .requireFit(payload, "the input of composition '" + run.name() + "' is", place);
    RunSpec spec =
        new RunSpec(
            composition.ref(),
            payload,
            run.isAwaited(),
            evaluation.ranks().whole(composition),
            run.isAwaited() ? evaluation.ranks().rest(line, frame.task()) : 0,
            place,
            line.isTried(evaluation.composition(), frame.task()));
    return new Step.Run(line.number, spec);
  }

  private Composition composition(Work.Run run, String place) throws Faulted {
    Optional<Composition> defined = evaluation.plan().composition(run.name(), run.version());
    if (defined.isEmpty()) {
      throw new Faulted(
          Problem.configuration(
              "composition " + run.target() + " cannot be run: it is not published", place));
    }
    if (!defined.get().namespace().equals(run.namespace())) {
      throw new Faulted(
          Problem.configuration(
              "composition "
                  + defined.get().ref()
                  + " is of namespace '"
                  + defined.get().namespace()
                  + "', not of '"
                  + run.namespace()
                  + "'",
              place));
    }
    return defined.get();
  }
}
