package io.corale.flow;

import java.util.List;

/** The words of OAuth 2.0 that this release understands in an authentication. */
public final class Grants {
  /** By a token that outlives others; it is the {@code subject}. */
  public static final String REFRESH = "refresh_token";

  /** By tokens of others (RFC 8693). */
  public static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

  /** How a token is asked for. */
  public static final List<String> GRANTS =
      List.of("client_credentials", "password", REFRESH, EXCHANGE);

  /** By an assertion that was signed with a private key. */
  public static final String PRIVATE_KEY = "private_key_jwt";

  /** How the client proves itself; the first is the default of the standard. */
  public static final List<String> CLIENT_AUTHENTICATIONS =
      List.of(
          "client_secret_post", "client_secret_basic", "client_secret_jwt", PRIVATE_KEY, "none");

  /** How the request for a token is written; the first is the default. */
  public static final List<String> ENCODINGS =
      List.of("application/x-www-form-urlencoded", "application/json");

  private Grants() {}
}
