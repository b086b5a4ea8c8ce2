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
   * @param asking what is shown for it, beside the client
   * @param encoding of the request: a form or JSON
   * @param issuers that may have given the configuration and the token; empty: the authority itself
   */
  record Grant(
      String authority,
      String endpoint,
      Asking asking,
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

    /** Whether the authority says itself where its tokens are given. */
    public boolean isDiscovered() {
      return endpoint.isEmpty();
    }

    @Override
    public String toString() {
      return "Grant[" + asking.type() + " of " + authority + "]";
    }
  }

  /** What a token is given for: the grant of OAuth. */
  sealed interface Asking {
    /** As the request for the token says it. */
    String type();

    /** For the client alone. */
    record OfItself() implements Asking {
      @Override
      public String type() {
        return "client_credentials";
      }
    }

    /** For somebody whose name and password are known. */
    record WithLogin(Login login) implements Asking {
      @Override
      public String type() {
        return "password";
      }
    }

    /** For whomever another token was made that outlives those of every day. */
    record Anew(String refreshToken) implements Asking {
      @Override
      public String type() {
        return "refresh_token";
      }

      @Override
      public String toString() {
        return "Anew";
      }
    }

    /**
     * For tokens that others gave (RFC 8693).
     *
     * @param subject on whose behalf
     * @param actor who acts
     */
    record InExchange(SecurityToken subject, Optional<SecurityToken> actor) implements Asking {
      @Override
      public String type() {
        return "urn:ietf:params:oauth:grant-type:token-exchange";
      }
    }
  }

  /** A token that is shown for another one, and the URI of its type. */
  record SecurityToken(String token, String type) {
    @Override
    public String toString() {
      return "SecurityToken";
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
   * @param assertion that somebody else has signed, where it proves itself by one
   * @param authentication how it proves itself, in the word of OAuth
   */
  record OAuthClient(String id, String secret, String assertion, String authentication) {
    @Override
    public String toString() {
      return "OAuthClient";
    }
  }
}
