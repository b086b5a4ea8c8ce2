package io.corale.node.provider.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Reply;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the output of a request of its reply. Pure. */
final class Contents {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern CHARSET =
      Pattern.compile(
          ";\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:-]{1,40})\"?", Pattern.CASE_INSENSITIVE);
  private static final Pattern TEXT =
      Pattern.compile(
          "(text/.*|.*[/+]xml|.*[/+]yaml|application/(x-yaml|javascript|graphql"
              + "|x-www-form-urlencoded))");

  private Contents() {}

  /** The output in the form that the composition wants. */
  static Outcome output(WantedRequest wanted, Reply reply) {
    String content = wanted.output().equals("raw") ? raw(reply.body()) : content(reply);
    if (content.isEmpty()) {
      return new Outcome.FunctionError("the content is not JSON, as its type says", false);
    }
    return new Outcome.Success(
        Payload.ofJson(
            wanted.output().equals("response") ? response(wanted, reply, content) : content));
  }

  private static String raw(ByteString body) {
    return body.isEmpty() ? "null" : quoted(Base64.getEncoder().encodeToString(body.toByteArray()));
  }

  /** As a JSON value; empty where it says that it is one and is none. */
  private static String content(Reply reply) {
    ByteString body = reply.body();
    String type = mediaType(reply);
    boolean isPlain = reply.header(HttpHeaderNames.CONTENT_ENCODING).isEmpty();
    if (body.isEmpty()) {
      return "null";
    }
    if (isPlain && (type.endsWith("/json") || type.endsWith("+json"))) {
      String text = body.toStringUtf8();
      return isOneValue(text) ? text : "";
    }
    if (isPlain && (type.isEmpty() || TEXT.matcher(type).matches())) {
      return text(reply).map(Contents::quoted).orElseGet(() -> raw(body));
    }
    return raw(body);
  }

  private static String mediaType(Reply reply) {
    String type = reply.contentType();
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  private static boolean isOneValue(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** The body as text; empty where it is none in its character set. */
  private static Optional<String> text(Reply reply) {
    Matcher named = CHARSET.matcher(reply.contentType());
    try {
      Charset charset = named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
      ByteBuffer bytes = reply.body().asReadOnlyByteBuffer();
      return Optional.of(charset.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String response(WantedRequest wanted, Reply reply, String content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeFieldName("request");
      json.writeRawValue(wanted.told().toString());
      json.writeNumberField("statusCode", reply.status());
      json.writeObjectFieldStart("headers");
      for (var header : headers(reply).entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      json.writeFieldName("content");
      json.writeRawValue(content);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can always be written", e);
    }
    return text.toString();
  }

  /** Under one spelling, whatever the server and those before it use. */
  private static SortedMap<String, String> headers(Reply reply) {
    NavigableMap<String, String> headers = Message.noHeaders();
    reply
        .headers()
        .forEach(
            header ->
                headers.merge(
                    capitalized(header.getKey()), header.getValue(), (a, b) -> a + ", " + b));
    return headers;
  }

  private static String capitalized(String name) {
    StringBuilder spelt = new StringBuilder(name.toLowerCase(Locale.ROOT));
    for (int i = 0; i < spelt.length(); i++) {
      if (i == 0 || spelt.charAt(i - 1) == '-') {
        spelt.setCharAt(i, Character.toUpperCase(spelt.charAt(i)));
      }
    }
    return spelt.toString();
  }

  /** A text as JSON has it. */
  static String quoted(String text) {
    StringWriter quoted = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(quoted)) {
      json.writeString(text);
    } catch (IOException e) {
      throw new UncheckedIOException("a string can always be written", e);
    }
    return quoted.toString();
  }
}
