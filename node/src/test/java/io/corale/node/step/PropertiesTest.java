package io.corale.node.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.node.provider.Scheme;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The properties of an authentication, as a secret may have them: whatever somebody put there. */
class PropertiesTest {
  @Test
  void readsAWholeGrantWithTheDefaultsOfTheStandard() throws Exception {
    Scheme.Grant grant =
        of("{'authority':'https://a/','grant':'client_credentials','client':{'id':'i','secret':'s'}}")
            .grant(false);

    assertThat(grant)
        .isEqualTo(
            new Scheme.Grant(
                "https://a",
                "/oauth2/token",
                new Scheme.Asking.OfItself(),
                new Scheme.OAuthClient("i", "s", "", "client_secret_post"),
                "application/x-www-form-urlencoded",
                List.of(),
                List.of(),
                List.of()));
  }

  @Test
  void readsWhatATokenIsGivenForAndHowTheClientProvesItself() throws Exception {
    Scheme.Grant exchange =
        of("{'authority':'https://a','grant':'urn:ietf:params:oauth:grant-type:token-exchange',"
                + "'client':{'assertion':'a.b.c','authentication':'private_key_jwt'},"
                + "'subject':{'token':'s','type':'urn:s'},'actor':{'token':'c','type':'urn:c'}}")
            .grant(false);
    assertThat(exchange.asking())
        .isEqualTo(
            new Scheme.Asking.InExchange(
                new Scheme.SecurityToken("s", "urn:s"),
                Optional.of(new Scheme.SecurityToken("c", "urn:c"))));
    assertThat(exchange.client())
        .isEqualTo(new Scheme.OAuthClient("", "", "a.b.c", "private_key_jwt"));

    Scheme.Grant anew =
        of("{'authority':'https://a/.well-known/openid-configuration','grant':'refresh_token',"
                + "'subject':{'token':'r','type':'t'}}")
            .grant(true);
    assertThat(anew.asking()).isEqualTo(new Scheme.Asking.Anew("r"));
    assertThat(anew.authority()).isEqualTo("https://a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | needs the text 'authority'",
        "{'authority':'zebra'} | needs 'grant' to be one of client_credentials, password",
        "{'authority':'zebra','grant':'zebra'} | needs 'grant' to be one of",
        "{'authority':'zebra','grant':'password'} | needs the text 'username'",
        "{'authority':'a','grant':'client_credentials','client':{'id':'zebra'}} | the text"
            + " 'secret'",
        "{'authority':'a','grant':'client_credentials','client':{'id':'i','authentication':'zebra'}}"
            + " | needs 'authentication' to be one of client_secret_post",
        "{'authority':'a','grant':'refresh_token','client':{}} | subject needs the text 'token'",
        "{'authority':'a','grant':'client_credentials',"
            + "'client':{'id':'i','authentication':'private_key_jwt'}} | the text 'assertion'",
        "{'authority':'a','grant':'client_credentials',"
            + "'client':{'secret':'zebra','authentication':'client_secret_jwt'}} | the text 'id'",
        "{'authority':'a','grant':'client_credentials','scopes':'zebra'} | 'scopes' to be a list",
        "{'authority':'a','grant':'client_credentials','scopes':[1]} | 'scopes' to be a list of"
            + " texts"
      })
  void saysWhatIsMissingAndNeverWhatIsThere(String json, String expected) throws Exception {
    Properties properties = of(json);

    assertThatThrownBy(() -> properties.grant(false))
        .isInstanceOf(Properties.Missing.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("zebra");
  }

  @Test
  void letsNothingIntoAHeaderThatEndsIt() throws Exception {
    assertThatThrownBy(() -> of("{'token':'a\\r\\nX-Evil: 1'}").token("token"))
        .hasMessageContaining("printable")
        .hasMessageNotContaining("Evil");
    assertThatThrownBy(() -> of("{'username':'a\\nb','password':'p'}").loginOfDigest())
        .hasMessageContaining("printable");
    assertThat(of("{'token':'a.b-c'}").token("token")).isEqualTo("a.b-c");
  }

  private static Properties of(String json) throws IOException {
    return new Properties(
        "the authentication 'oauth2'",
        (ObjectNode) new JsonMapper().readTree(json.replace('\'', '"')));
  }
}
