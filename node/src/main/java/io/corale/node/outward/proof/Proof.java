package io.corale.node.outward.proof;

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
