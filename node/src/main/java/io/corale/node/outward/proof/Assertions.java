package io.corale.node.outward.proof;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.node.provider.Scheme;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The assertions by which clients prove themselves to token endpoints (RFC 7523). One that takes a
 * private key comes from elsewhere, signed; one of the client's secret is signed here.
 */
final class Assertions {
  /** It is shown at once, and once. */
  private static final Duration LIFE = Duration.ofMinutes(1);

  /** No two are the same. */
  private static final int ID_BYTES = 16;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final JsonMapper JSON = new JsonMapper();

  private final InstantSource wall;
  private final Supplier<String> ids;

  /**
   * @param ids draws one that nobody has drawn before
   */
  Assertions(InstantSource wall, Supplier<String> ids) {
    this.wall = wall;
    this.ids = ids;
  }

  /** By the clock and the chance of this machine. */
  static Assertions signedHere() {
    SecureRandom chance = new SecureRandom();
    return new Assertions(InstantSource.system(), () -> drawn(chance));
  }

  private static String drawn(SecureRandom chance) {
    byte[] bytes = new byte[ID_BYTES];
    chance.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** What a client shows at this endpoint; nothing where it proves itself otherwise. */
  Optional<String> of(Scheme.OAuthClient client, URI endpoint) {
    return switch (client.authentication()) {
      case "private_key_jwt" -> Optional.of(client.assertion());
      case "client_secret_jwt" -> Optional.of(signed(client, endpoint));
      default -> Optional.empty();
    };
  }

  private String signed(Scheme.OAuthClient client, URI endpoint) {
    Instant now = wall.instant();
    ObjectNode claims =
        JSON.createObjectNode()
            .put("iss", client.id())
            .put("sub", client.id())
            .put("aud", endpoint.toString())
            .put("jti", ids.get())
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(LIFE).getEpochSecond());
    String content = encoded(utf8(HEADER)) + "." + encoded(utf8(claims.toString()));
    return content + "." + encoded(hash(utf8(client.secret()), utf8(content)));
  }

  private static byte[] hash(byte[] key, byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
