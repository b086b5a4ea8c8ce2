package io.corale.node.provider.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.corale.flow.proto.ProtoMethod;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.ProviderCall;
import java.io.IOException;

/**
 * A call of a composition, as the log carries it, ready to be sent. Whoever made it has held the
 * arguments against the method's message; here it is only made sure that they can become one.
 *
 * @param body the message in Protobuf's own form
 */
record Message(Target target, ProtoMethod method, ByteString body) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The message, or what is wrong with it. */
  sealed interface Reading {
    /** It can be sent. */
    record Good(Message message) implements Reading {}

    /** It cannot. */
    record Bad(String why) implements Reading {}
  }

  static Reading read(ProviderCall call, GrpcAccount account, Methods methods) {
    try {
      JsonNode wanted = JSON.readTree(call.arguments().bytes().newInput());
      String host = wanted.path("host").asText();
      int usual = account.isPlain() ? Target.PLAIN_PORT : Target.TLS_PORT;
      ProtoMethod method = methods.of(call.target().getOrDefault("descriptor", ""));
      boolean isTheSame =
          method.service().equals(wanted.path("service").asText())
              && method.name().equals(wanted.path("method").asText());
      if (host.isEmpty() || !isTheSame) {
        return new Reading.Bad("the call has no host, or is not of the method that is described");
      }
      DynamicMessage.Builder message = DynamicMessage.newBuilder(method.takes());
      JsonFormat.parser().merge(wanted.path("arguments").toString(), message);
      Target target = new Target(account.isPlain(), host, wanted.path("port").asInt(usual));
      return new Reading.Good(new Message(target, method, message.build().toByteString()));
    } catch (InvalidProtocolBufferException e) {
      return new Reading.Bad("the arguments make no message: " + e.getMessage());
    } catch (IOException | IllegalArgumentException e) {
      return new Reading.Bad("the call cannot be read: " + e.getMessage());
    }
  }

  /** The path of the method. */
  String path() {
    return "/" + method.service() + "/" + method.name();
  }

  /** What an answer's message is as JSON. */
  Outcome result(ByteString answer) {
    try {
      DynamicMessage message = DynamicMessage.parseFrom(method.gives(), answer);
      return new Outcome.Success(
          Payload.ofJson(JsonFormat.printer().omittingInsignificantWhitespace().print(message)));
    } catch (InvalidProtocolBufferException e) {
      return new Outcome.FunctionError(
          "the answer is no " + method.gives().getFullName() + ": " + e.getMessage(), false);
    }
  }
}
