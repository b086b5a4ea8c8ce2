package io.corale.node.provider.http;

import io.corale.node.outward.http.Message;
import io.corale.node.outward.proof.Proof;
import java.util.SortedMap;
import java.util.StringJoiner;

/** Puts what an attempt shows into its messages, and takes it out of those to others. Pure. */
final class ProvenMessages {
  private ProvenMessages() {}

  /** The message with all that is shown at once; a digest is shown when it is asked for. */
  static Message with(Proof proof, Message message) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.putAll(message.headers());
    headers.putAll(proof.headers());
    proof.authorization().ifPresent(value -> headers.put(Proof.AUTHORIZATION, value));
    return new Message(
        message.origin(), message.method(), path(proof, message.path()), headers, message.body());
  }

  private static String path(Proof proof, String path) {
    StringJoiner query = new StringJoiner("&");
    proof
        .query()
        .forEach(
            (name, values) ->
                values.forEach(
                    value -> query.add(Proof.encoded(name) + "=" + Proof.encoded(value))));
    if (query.length() == 0) {
      return path;
    }
    return path + (path.indexOf('?') < 0 ? "?" : path.endsWith("?") ? "" : "&") + query;
  }

  /** A message to somebody else, who must not see any of it. */
  static Message without(Proof proof, Message message) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.putAll(message.headers());
    headers.remove(Proof.AUTHORIZATION);
    for (String name : proof.headers().keySet()) {
      headers.remove(name); // In whatever case: of its key set this would not be so.
    }
    return new Message(message.origin(), message.method(), message.path(), headers, message.body());
  }
}
