package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.MessageRules.Misfit;
import io.corale.model.Problem;
import java.util.Optional;

/**
 * Makes the gRPC calls of tasks: what the log carries, and the provider {@code grpc} sends.
 *
 * <pre>
 * {host, port?, service, method, arguments, authentication?}
 * </pre>
 *
 * {@code authentication} has what of it is data.
 */
final class Rpcs {
  private final Evaluation evaluation;
  private final Line line;

  Rpcs(Evaluation evaluation, Line line) {
    this.evaluation = evaluation;
    this.line = line;
  }

  /**
   * The call for an input.
   *
   * @param frame whose input is what the call is made of
   */
  JsonNode make(RpcSpec spec, Frame frame) throws Faulted {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    String target = spec.at(frame.task().place(), "service");
    JsonNode host = fill(spec.host(), frame, target);
    require(RpcRules.hostFault(host), "the host of a service", host, target);
    call.set("host", host);
    if (spec.port().isPresent()) {
      JsonNode port = fill(spec.port().get(), frame, target);
      require(RpcRules.portFault(port), "the port of a service", port, target);
      call.set("port", port);
    }
    call.put("service", spec.service());
    call.put("method", spec.wanted().method());
    call.set("arguments", arguments(spec, frame));
    if (spec.secrets().given().isPresent()) {
      call.set(
          CallSecrets.GIVEN, fill(spec.secrets().given().get(), frame, target + "/authentication"));
    }
    return call;
  }

  private JsonNode arguments(RpcSpec spec, Frame frame) throws Faulted {
    if (spec.arguments().isEmpty()) {
      return JsonNodeFactory.instance.objectNode();
    }
    String place = spec.at(frame.task().place(), "arguments");
    JsonNode given = fill(spec.arguments().get(), frame, place);
    Optional<Misfit> misfit =
        spec.input().flatMap(shape -> MessageRules.misfit(shape, new Template.Literal(given)));
    if (misfit.isPresent()) {
      String where = String.join(".", misfit.get().path());
      throw new Faulted(
          Problem.expression(
              Problem.shortened(
                  misfit.get().reason() + (where.isEmpty() ? "" : ", at " + where),
                  Problem.MAX_DETAIL_CHARS),
              place));
    }
    return given;
  }

  private JsonNode fill(Template template, Frame frame, String place) throws Faulted {
    return evaluation.fill(template, frame.input(), Sight.of(line, frame), place);
  }

  private static void require(Optional<String> fault, String what, JsonNode found, String place)
      throws Faulted {
    if (fault.isPresent()) {
      throw new Faulted(
          Problem.expression(
              Problem.shortened(
                  what + " " + fault.get() + ", found: " + Json.write(found),
                  Problem.MAX_DETAIL_CHARS),
              place));
    }
  }
}
