package io.corale.node.provider.http;

import io.corale.model.Outcome;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Scheme;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;

/** What an attempt shows, put into its messages and kept out of what it tells. */
final class Proof {
  static final String AUTHORIZATION = "Authorization";

  /** Shorter ones would be found in any text by chance. */
  private static final int LEAST_SCRUBBED_CHARS = 6;

  private final Authentication.Shown shown;
  private final Optional<String> token;

  /**
   * @param token that a grant was given
   */
  Proof(Authentication.Shown shown, Optional<String> token) {
    this.shown = shown;
    this.token = token;
  }

  Scheme scheme() {
    return shown.scheme();
  }

  /** The message with all that is shown at once; a digest is shown when it is asked for. */
  Message put(Message message) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.putAll(message.headers());
    headers.putAll(shown.headers());
    authorization().ifPresent(value -> headers.put(AUTHORIZATION, value));
    return new Message(
        message.origin(), message.method(), path(message.path()), headers, message.body());
  }

  private Optional<String> authorization() {
    if (shown.scheme() instanceof Scheme.Basic basic) {
      return Optional.of(basic(basic.login().username(), basic.login().password()));
    }
    if (shown.scheme() instanceof Scheme.Bearer bearer) {
      return Optional.of("Bearer " + bearer.token());
    }
    return token.map(text -> "Bearer " + text);
  }

  static String basic(String name, String password) {
    byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  private String path(String path) {
    StringJoiner query = new StringJoiner("&");
    shown
        .query()
        .forEach(
            (name, values) ->
                values.forEach(value -> query.add(encoded(name) + "=" + encoded(value))));
    if (query.length() == 0) {
      return path;
    }
    return path + (path.indexOf('?') < 0 ? "?" : path.endsWith("?") ? "" : "&") + query;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A message to somebody else, who must not see any of it. */
  Message without(Message message) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.putAll(message.headers());
    headers.remove(AUTHORIZATION);
    for (String name : shown.headers().keySet()) {
      headers.remove(name); // In whatever case: of its key set this would not be so.
    }
    return new Message(message.origin(), message.method(), message.path(), headers, message.body());
  }

  /** An outcome that repeats nothing of it: servers quote what they do not accept. */
  Outcome scrubbed(Outcome outcome) {
    if (outcome instanceof Outcome.FunctionError error) {
      return new Outcome.FunctionError(scrubbed(error.detail()), error.retryable(), error.status());
    }
    if (outcome instanceof Outcome.Unavailable gone) {
      return new Outcome.Unavailable(scrubbed(gone.detail()), gone.mayHaveRun(), gone.status());
    }
    return outcome;
  }

  private String scrubbed(String text) {
    String scrubbed = text;
    for (String secret : secrets()) {
      if (secret.length() >= LEAST_SCRUBBED_CHARS) {
        scrubbed = scrubbed.replace(secret, "***").replace(encoded(secret), "***");
      }
    }
    return scrubbed;
  }

  private List<String> secrets() {
    List<String> secrets = new ArrayList<>(shown.headers().values());
    shown.query().values().forEach(secrets::addAll);
    authorization().map(value -> value.substring(value.indexOf(' ') + 1)).ifPresent(secrets::add);
    if (shown.scheme() instanceof Scheme.Basic basic) {
      secrets.add(basic.login().password());
    } else if (shown.scheme() instanceof Scheme.Digest digest) {
      secrets.add(digest.login().password());
    }
    return secrets;
  }
}
