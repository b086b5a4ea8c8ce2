package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Origin;
import io.corale.node.provider.Scheme;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 7616, section 3.9.1, and challenges that cannot be answered. */
class DigestChallengeTest {
  private static final String PARAMETERS =
      "realm=\"http-auth@example.org\", qop=\"auth, auth-int\","
          + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
          + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
  private static final String CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  private static final Scheme.Login MUFASA = new Scheme.Login("Mufasa", "Circle of Life");

  @Test
  void answersTheStrongestOfSeveral() {
    String answer =
        DigestChallenge.of(
                List.of(
                    "Basic realm=\"x\"",
                    "Digest algorithm=MD5, " + PARAMETERS,
                    "Digest " + PARAMETERS + ", algorithm=SHA-256"))
            .orElseThrow()
            .answer(MUFASA, message(), CLIENT_NONCE);

    assertThat(answer)
        .startsWith("Digest username=\"Mufasa\", realm=\"http-auth@example.org\"")
        .contains(
            "uri=\"/dir/index.html\"",
            "algorithm=SHA-256",
            "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"",
            "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
            "qop=auth, nc=00000001, cnonce=\"" + CLIENT_NONCE + "\"")
        .doesNotContain("Circle");
  }

  @Test
  void answersTheOldOne() {
    assertThat(
            DigestChallenge.of(List.of("Digest algorithm=MD5, " + PARAMETERS))
                .orElseThrow()
                .answer(MUFASA, message(), CLIENT_NONCE))
        .contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic realm=\"x\"",
        "Digest realm=\"x\"",
        "Digest nonce=\"n\", algorithm=SHA-512-256",
        "Digest nonce=\"n\", qop=\"auth-int\"",
        "Bearer nonce=\"n\""
      })
  void passesOverWhatItCannotAnswer(String header) {
    assertThat(DigestChallenge.of(List.of(header))).isEmpty();
  }

  private static Message message() {
    URI uri = URI.create("http://www.example.org/dir/index.html");
    return new Message(
        Origin.of(uri), "GET", Message.path(uri), Message.noHeaders(), Optional.empty());
  }
}
