package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Origin;
import java.net.URI;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectsTest {
  @ParameterizedTest
  @CsvSource({
    "POST, 301, GET, false",
    "POST, 302, GET, false",
    "PUT, 302, PUT, true",
    "POST, 303, GET, false",
    "PUT, 303, GET, false",
    "HEAD, 303, HEAD, true",
    "POST, 307, POST, true",
    "POST, 308, POST, true"
  })
  void keepsTheMethodOrAsksAnew(String method, int status, String next, boolean keepsBody) {
    Message message = open(sent("https://h/a/b?x=1", method), status, "../c?y=2#part");

    assertThat(message.method()).isEqualTo(next);
    assertThat(message.uri()).hasToString("https://h/c?y=2");
    assertThat(message.body().isPresent()).isEqualTo(keepsBody);
    assertThat(message.headers().containsKey("content-type")).isEqualTo(keepsBody);
    assertThat(message.headers()).containsKeys("authorization", "x-other");
  }

  @ParameterizedTest
  @CsvSource({"https://other/", "https://h:444/", "//other/x"})
  void takesWhatIsPersonalToNobodyElse(String location) {
    Message message = open(sent("https://h/", "GET"), 302, location);

    assertThat(message.headers()).doesNotContainKeys("Authorization", "Cookie");
    assertThat(message.headers()).containsKey("X-Other");
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/, out of TLS",
    "file:///etc/passwd, no http",
    "https://ann@h/, no http",
    "https:///x, no http",
    "'ht tp:', no URI"
  })
  void knowsWhereNotToGo(String location, String why) {
    Redirects.Way way = Redirects.from(sent("https://h/", "GET"), 302, location, 1);

    assertThat(way)
        .isInstanceOfSatisfying(
            Redirects.Way.Closed.class, closed -> assertThat(closed.why()).contains(why));
  }

  @Test
  void goesSoFarAndNoFurther() {
    Message sent = sent("http://h/", "GET");

    assertThat(Redirects.from(sent, 302, "/x", Redirects.MAX_MESSAGES - 1))
        .isInstanceOf(Redirects.Way.Open.class);
    assertThat(Redirects.from(sent, 302, "/x", Redirects.MAX_MESSAGES))
        .isInstanceOf(Redirects.Way.Closed.class);
  }

  private static Message open(Message sent, int status, String location) {
    return ((Redirects.Way.Open) Redirects.from(sent, status, location, 1)).message();
  }

  private static Message sent(String uri, String method) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.put("Content-Type", "text/plain");
    headers.put("AUTHORIZATION", "x");
    headers.put("cookie", "y");
    headers.put("X-Other", "z");
    URI to = URI.create(uri);
    return new Message(
        Origin.of(to),
        method,
        Message.path(to),
        headers,
        Optional.of(ByteString.copyFromUtf8("hello")));
  }
}
