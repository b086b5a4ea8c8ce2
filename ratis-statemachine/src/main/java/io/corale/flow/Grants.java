package io.corale.flow;

import java.util.List;

/** The words of OAuth 2.0 that this release understands in an authentication. */
public final class Grants {
  /** How a token is asked for. */
  public static final List<String> GRANTS = List.of("client_credentials", "password");

  /** How the client proves itself; the first is the default of the standard. */
  public static final List<String> CLIENT_AUTHENTICATIONS =
      List.of("client_secret_post", "client_secret_basic", "none");

  /** How the request for a token is written; the first is the default. */
  public static final List<String> ENCODINGS =
      List.of("application/x-www-form-urlencoded", "application/json");

  private Grants() {}
}
