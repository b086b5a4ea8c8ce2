package io.corale.node.outward.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Origin;
import io.corale.node.outward.http.Reply;
import io.corale.node.provider.Scheme;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** The messages by which a token is asked for, and what their replies say. Pure. */
final class TokenMessages {
  /** Answers are a token and a few words; more is no answer. */
  private static final int MAX_REPLY_BYTES = 64 * 1024;

  /** What fits into a header, with room for others. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,6000}");

  /** The codes of RFC 6749 and its kin: words, never what somebody typed. */
  private static final Pattern CODE = Pattern.compile("[a-z_]{1,40}");

  /** Where a server does not say how long its token is valid. */
  private static final Duration UNKNOWN_LIFE = Duration.ofSeconds(60);

  private static final Duration LONGEST_LIFE = Duration.ofHours(24);

  /** RFC 7523. */
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** Header, claims, signature. */
  private static final int JWT_PARTS = 3;

  private static final JsonMapper JSON = new JsonMapper();

  private TokenMessages() {}

  /** What a reply says. */
  sealed interface Answer {
    /** The token, and how long it is valid. */
    record Token(String token, Duration life) implements Answer {
      @Override
      public String toString() {
        return "Token";
      }
    }

    /** Where to ask for it. */
    record Endpoint(URI uri) implements Answer {}

    /** Neither; with a reason that repeats nothing but words of the protocol. */
    record Nothing(String why, boolean mayHelpLater) implements Answer {}
  }

  /** An absolute URI that can be asked; empty where the text is none. */
  static Optional<URI> uri(String text) {
    try {
      URI uri = new URI(text);
      return Origin.isSpoken(uri) && uri.getHost() != null && uri.getRawUserInfo() == null
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Where the grant's authority says what it has. */
  static Optional<URI> configuration(Scheme.Grant grant) {
    return uri(grant.authority() + "/.well-known/openid-configuration");
  }

  /** The token endpoint that the grant names. */
  static Optional<URI> endpoint(Scheme.Grant grant) {
    String named = grant.endpoint();
    return uri(named).or(() -> uri(grant.authority() + (named.startsWith("/") ? "" : "/") + named));
  }

  static Message discovery(URI uri) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.put("Accept", "application/json");
    return new Message(Origin.of(uri), "GET", Message.path(uri), headers, Optional.empty());
  }

  /**
   * Asks for a token.
   *
   * @param assertion by which the client proves itself, if it does so by one
   */
  static Message request(URI uri, Scheme.Grant grant, Optional<String> assertion) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.put("Accept", "application/json");
    headers.put(Message.CONTENT_TYPE, grant.encoding());
    Scheme.OAuthClient client = grant.client();
    if (client.authentication().equals("client_secret_basic")) {
      headers.put(Proof.AUTHORIZATION, Proof.basic(encoded(client.id()), encoded(client.secret())));
    }
    ObjectNode fields = fields(grant);
    assertion.ifPresent(
        signed ->
            fields.put("client_assertion_type", ASSERTION_TYPE).put("client_assertion", signed));
    String body = grant.encoding().contains("json") ? fields.toString() : form(fields);
    return new Message(
        Origin.of(uri),
        "POST",
        Message.path(uri),
        headers,
        Optional.of(ByteString.copyFromUtf8(body)));
  }

  private static ObjectNode fields(Scheme.Grant grant) {
    ObjectNode fields = JSON.createObjectNode().put("grant_type", grant.asking().type());
    Scheme.OAuthClient client = grant.client();
    if (!client.authentication().equals("client_secret_basic") && !client.id().isEmpty()) {
      fields.put("client_id", client.id());
      if (client.authentication().equals("client_secret_post")) {
        fields.put("client_secret", client.secret());
      }
    }
    ask(fields, grant.asking());
    if (!grant.scopes().isEmpty()) {
      fields.put("scope", String.join(" ", grant.scopes()));
    }
    if (grant.audiences().size() == 1) {
      fields.put("audience", grant.audiences().get(0));
    } else if (!grant.audiences().isEmpty()) {
      ArrayNode audiences = fields.putArray("audience");
      grant.audiences().forEach(audiences::add);
    }
    return fields;
  }

  private static void ask(ObjectNode fields, Scheme.Asking asking) {
    if (asking instanceof Scheme.Asking.WithLogin with) {
      fields.put("username", with.login().username()).put("password", with.login().password());
    } else if (asking instanceof Scheme.Asking.Anew anew) {
      fields.put("refresh_token", anew.refreshToken());
    } else if (asking instanceof Scheme.Asking.InExchange exchange) {
      fields
          .put("subject_token", exchange.subject().token())
          .put("subject_token_type", exchange.subject().type());
      exchange
          .actor()
          .ifPresent(
              actor ->
                  fields.put("actor_token", actor.token()).put("actor_token_type", actor.type()));
    }
  }

  private static String form(ObjectNode fields) {
    StringJoiner form = new StringJoiner("&");
    for (var field : fields.properties()) {
      if (field.getValue().isArray()) {
        field.getValue().forEach(each -> form.add(field.getKey() + "=" + encoded(each.asText())));
      } else {
        form.add(field.getKey() + "=" + encoded(field.getValue().asText()));
      }
    }
    return form.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static Answer token(Reply reply, Scheme.Grant grant) {
    JsonNode body = json(reply);
    if (reply.status() != 200) {
      String code = body.path("error").asText();
      boolean mayHelpLater =
          reply.status() >= 500 || reply.status() == 429 || reply.status() == 408;
      return new Answer.Nothing(
          "the token endpoint answered "
              + reply.status()
              + (CODE.matcher(code).matches() ? " (" + code + ")" : ""),
          mayHelpLater);
    }
    String token = body.path("access_token").asText();
    if (!TOKEN.matcher(token).matches()) {
      return new Answer.Nothing("the token endpoint gave no access_token", false);
    }
    if (!body.path("token_type").asText("bearer").equalsIgnoreCase("bearer")) {
      return new Answer.Nothing("the token endpoint gave a token that is no bearer's", false);
    }
    if (!isOfKnownIssuer(token, grant)) {
      return new Answer.Nothing("the token is not of an issuer that 'issuers' lists", false);
    }
    JsonNode life = body.path("expires_in");
    long seconds = life.isTextual() ? life.asLong(0) : life.canConvertToLong() ? life.asLong() : 0;
    if (seconds <= 0) {
      return new Answer.Token(token, UNKNOWN_LIFE);
    }
    return new Answer.Token(token, Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE.toSeconds())));
  }

  /**
   * Whether the issuer that a token names is one of those that are listed. One that names none is
   * believed where it comes from an authority whose configuration was.
   */
  private static boolean isOfKnownIssuer(String token, Scheme.Grant grant) {
    if (grant.issuers().isEmpty()) {
      return true;
    }
    String issuer = claims(token).path("iss").asText();
    return issuer.isEmpty() ? grant.isDiscovered() : grant.issuers().contains(issuer);
  }

  /** What a token that is a JWT says; nothing where it is none. */
  private static JsonNode claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != JWT_PARTS) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
    } catch (IllegalArgumentException | IOException e) {
      return JSON.createObjectNode();
    }
  }

  /** What the authority's configuration says; it must be its own (OpenID Discovery, 4.3). */
  static Answer endpoint(Reply reply, Scheme.Grant grant) {
    if (reply.status() != 200) {
      return new Answer.Nothing(
          "the OpenID configuration of the authority answered " + reply.status(),
          reply.status() >= 500 || reply.status() == 429 || reply.status() == 408);
    }
    JsonNode body = json(reply);
    String issuer = body.path("issuer").asText();
    String plain = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    boolean isTrusted =
        grant.issuers().isEmpty()
            ? plain.equals(grant.authority())
            : grant.issuers().contains(issuer);
    if (!isTrusted) {
      return new Answer.Nothing(
          "the OpenID configuration of the authority is of another issuer", false);
    }
    Optional<URI> endpoint = uri(body.path("token_endpoint").asText());
    boolean leavesTls =
        endpoint.isPresent()
            && grant.authority().startsWith("https:")
            && !Origin.of(endpoint.get()).isSecure();
    return endpoint.isEmpty() || leavesTls
        ? new Answer.Nothing("the OpenID configuration names no token endpoint to be used", false)
        : new Answer.Endpoint(endpoint.get());
  }

  /** The body; nothing where it is no JSON of a likely size. */
  private static JsonNode json(Reply reply) {
    if (reply.body().size() > MAX_REPLY_BYTES) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(reply.body().newInput());
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
  }
}
