package io.corale.node.provider;

import java.util.List;
import java.util.Optional;

/** How an attempt authenticates itself by HTTP. Nothing of it tells its secrets in a text. */
public sealed interface Scheme {
  /** By its secret headers or query alone, if at all. */
  record Plain() implements Scheme {}

  /** Name and password (RFC 7617). */
  record Basic(Login login) implements Scheme {}

  /** A token that is known (RFC 6750). */
  record Bearer(String token) implements Scheme {
    @Override
    public String toString() {
      return "Bearer";
    }
  }

  /** Name and password, of which only a hash is shown (RFC 7616). */
  record Digest(Login login) implements Scheme {}

  /**
   * A token that a token endpoint gives (RFC 6749).
   *
   * @param authority who gives it: an absolute URI without a slash at its end
   * @param endpoint of the token, below the authority or absolute; empty where the authority's
   *     OpenID configuration names it
   * @param type {@code client_credentials} or {@code password}
   * @param login of the resource owner, where the type is {@code password}
   * @param encoding of the request: a form or JSON
   * @param issuers that may have given the configuration; empty: the authority itself
   */
  record Grant(
      String authority,
      String endpoint,
      String type,
      Optional<Login> login,
      OAuthClient client,
      String encoding,
      List<String> scopes,
      List<String> audiences,
      List<String> issuers)
      implements Scheme {
    public Grant {
      scopes = List.copyOf(scopes);
      audiences = List.copyOf(audiences);
      issuers = List.copyOf(issuers);
    }

    @Override
    public String toString() {
      return "Grant[" + type + " of " + authority + "]";
    }
  }

  /** A name and its password. */
  record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login";
    }
  }

  /**
   * The client of a grant.
   *
   * @param authentication how it proves itself: {@code client_secret_basic}, {@code
   *     client_secret_post} or {@code none}
   */
  record OAuthClient(String id, String secret, String authentication) {
    @Override
    public String toString() {
      return "OAuthClient";
    }
  }
}
