package io.corale.node.outward.proof;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.corale.model.Outcome;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Scheme;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** What an attempt shows, in the words of HTTP, and keeps out of what it tells. */
public final class Proof {
  /** The header, in whatever version of HTTP. */
  public static final String AUTHORIZATION = "Authorization";

  /** Shorter ones would be found in any text by chance. */
  private static final int LEAST_SCRUBBED_CHARS = 6;

  private final Authentication.Shown shown;
  private final Optional<String> token;
  private final Runnable onDisbelief;

  /**
   * @param token that a grant was given
   * @param onDisbelief told when what was shown was not believed
   */
  Proof(Authentication.Shown shown, Optional<String> token, Runnable onDisbelief) {
    this.shown = shown;
    this.token = token;
    this.onDisbelief = onDisbelief;
  }

  /** How it is shown. */
  public Scheme scheme() {
    return shown.scheme();
  }

  /** Headers that are secret. */
  public SortedMap<String, String> headers() {
    return shown.headers();
  }

  /** Query parameters that are secret, each with its values. */
  public SortedMap<String, List<String>> query() {
    return shown.query();
  }

  /** The value of {@link #AUTHORIZATION} that is shown unasked. */
  public Optional<String> authorization() {
    if (shown.scheme() instanceof Scheme.Basic basic) {
      return Optional.of(basic(basic.login().username(), basic.login().password()));
    }
    if (shown.scheme() instanceof Scheme.Bearer bearer) {
      return Optional.of("Bearer " + bearer.token());
    }
    return token.map(text -> "Bearer " + text);
  }

  /** The far side said that it does not believe it. */
  public void disbelieved() {
    onDisbelief.run();
  }

  static String basic(String name, String password) {
    byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** As URIs have it. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** An outcome that repeats nothing of it: servers quote what they do not accept. */
  public Outcome scrubbed(Outcome outcome) {
    if (outcome instanceof Outcome.FunctionError error) {
      return new Outcome.FunctionError(scrubbed(error.detail()), error.retryable(), error.status());
    }
    if (outcome instanceof Outcome.Unavailable gone) {
      return new Outcome.Unavailable(scrubbed(gone.detail()), gone.mayHaveRun(), gone.status());
    }
    return outcome;
  }

  /** A text that repeats nothing of it, in whatever form servers quote. */
  public String scrubbed(String text) {
    return secrets().stream()
        .filter(secret -> secret.length() >= LEAST_SCRUBBED_CHARS)
        .flatMap(Proof::forms)
        .distinct()
        // Of two of which one begins with the other, the rest of the longer would stay.
        .sorted(Comparator.comparingInt(String::length).reversed())
        .reduce(text, (scrubbed, secret) -> scrubbed.replace(secret, "***"));
  }

  /** As it is, as URIs have it and as JSON does, in which some write a slash with a backslash. */
  private static Stream<String> forms(String secret) {
    String json = new String(JsonStringEncoder.getInstance().quoteAsString(secret));
    return Stream.of(secret, encoded(secret), json, json.replace("/", "\\/"));
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
