package io.corale.flow;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a request proves who sends it, as the composition says it.
 *
 * @param secret that has all the properties; empty where the composition writes them down
 * @param properties an object whose expressions look at secrets only; empty where a secret has them
 * @param given an object with those of its properties that are data, and so stand in the log
 */
record AuthenticationSpec(
    Scheme scheme,
    Optional<String> secret,
    Optional<Template> properties,
    Optional<Template> given) {
  /** The ways that this release knows. */
  public enum Scheme {
    BASIC,
    BEARER,
    DIGEST,
    OAUTH2,
    OIDC;

    /** As compositions write it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  void addSecrets(Set<String> names) {
    secret.ifPresent(names::add);
    properties.ifPresent(template -> template.addSecrets(names));
  }
}
