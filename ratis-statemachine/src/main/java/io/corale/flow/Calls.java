package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;

/** Asks for calls of functions and for requests. */
final class Calls {
  private final Evaluation evaluation;

  Calls(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  /**
   * @param part of the task where its arguments stand
   */
  void ask(Line line, Frame frame, Work.Call call, String part) throws Faulted {
    FunctionSpec function = call.function();
    String place = frame.task().place();
    Optional<Implementation> chosen = evaluation.plan().choose(function);
    if (chosen.isEmpty()) {
      throw new Faulted(unreachable(function, place));
    }
    JsonNode given =
        call.arguments().isPresent()
            ? evaluation.fill(
                call.arguments().get(), frame.input(), Sight.of(line, frame), place + part)
            : frame.input();
    JsonNode arguments =
        function.request().isPresent()
            ? described(line, frame.given(given), function.request().get())
            : given;
    Payload payload = Json.write(arguments);
    evaluation
        .steps()
        .requireFit(payload, "the arguments of function '" + function.name() + "' are", place);
    long estimate = evaluation.ranks().estimate(function);
    CallSpec spec =
        new CallSpec(
            function.name(),
            chosen.get().id(),
            chosen.get().account(),
            chosen.get().scope(),
            payload,
            chosen.get().timeoutMicros(),
            Math.min(
                evaluation.plan().mostRankMicros(),
                estimate + evaluation.ranks().rest(line, frame.task())),
            estimate,
            function.retry(),
            place);
    evaluation.steps().add(new Step.Call(line.number, spec), place);
  }

  private JsonNode described(Line line, Frame frame, Described described) throws Faulted {
    return described instanceof RpcSpec rpc
        ? new Rpcs(evaluation, line).make(rpc, frame)
        : new Requests(evaluation, line).make((RequestSpec) described, frame);
  }

  private static Problem unreachable(FunctionSpec function, String place) {
    List<String> accounts =
        function.implementations().stream().map(each -> each.account().value()).toList();
    return Problem.configuration(
        "function '"
            + function.name()
            + "' cannot be called: none of its accounts is configured: "
            + String.join(", ", accounts),
        place);
  }
}
