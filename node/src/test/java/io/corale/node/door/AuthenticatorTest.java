package io.corale.node.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.registry.TokenEntry;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
  private static final OwnerId ACME = new OwnerId("acme");
  private static final OwnerId OTHER = new OwnerId("other");
  private static final String ALICE = Credentials.newToken();
  private static final String ROOT = Credentials.newToken();

  private final Authenticator authenticator =
      new Authenticator(
          new OperatorTokens(List.of(Credentials.hash(ROOT)), AuthenticatorTest::registry));

  private static CompletableFuture<Optional<TokenEntry>> registry(String hash) {
    SortedMap<OwnerId, Set<Right>> rights = new TreeMap<>();
    rights.put(ACME, EnumSet.of(Right.INVOKE, Right.READ));
    return CompletableFuture.completedFuture(
        hash.equals(Credentials.hash(ALICE))
            ? Optional.of(new TokenEntry(hash, "alice", false, rights))
            : Optional.empty());
  }

  @Test
  void aTokenGivesItsRightsOnItsOwnerOnly() {
    Caller alice = known(asked(Door.Envelope.newBuilder().setCredential(ALICE), false));

    assertThat(alice.subject()).isEqualTo("alice");
    assertThat(alice.lacks(Right.INVOKE, ACME)).isEmpty();
    assertThat(alice.lacks(Right.PUBLISH, ACME))
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal.code()).isEqualTo(Refusal.Code.FORBIDDEN);
              assertThat(refusal.message())
                  .contains("'alice' lacks the right 'publish' on owner 'acme'");
            });
    assertThat(alice.lacks(Right.READ, OTHER)).isPresent();
    assertThat(alice.lacksOperator()).isPresent();
  }

  @Test
  void anOperatorsTokenOfTheConfigurationMayDoAll() {
    Caller root = known(asked(Door.Envelope.newBuilder().setCredential(ROOT), false));

    assertThat(root.lacks(Right.ADMIN, OTHER)).isEmpty();
    assertThat(root.lacksOperator()).isEmpty();
  }

  @Test
  void whoShowsNothingOrSomethingElseIsAStranger() {
    assertThat(refused(asked(Door.Envelope.newBuilder(), false)).message()).contains("--token");
    Refusal mistyped = refused(asked(Door.Envelope.newBuilder().setCredential("hunter2"), false));
    assertThat(mistyped.code()).isEqualTo(Refusal.Code.UNAUTHENTICATED);
    assertThat(mistyped.message()).contains("this is not a token").doesNotContain("hunter2");
    assertThat(
            refused(asked(Door.Envelope.newBuilder().setCredential(Credentials.newToken()), false))
                .message())
        .contains("no such token");
  }

  @Test
  void aVouchedCallerIsBelievedFromNodesOnly() {
    Door.Envelope.Builder vouched =
        Door.Envelope.newBuilder()
            .setOwner("acme")
            .setCaller("alice")
            .addRights(Common.Right.INVOKE);

    Caller alice = known(asked(vouched, true));

    assertThat(alice.lacks(Right.INVOKE, ACME)).isEmpty();
    assertThat(alice.lacks(Right.READ, ACME)).isPresent();
    assertThat(refused(asked(vouched, false)).code()).isEqualTo(Refusal.Code.UNAUTHENTICATED);
  }

  @Test
  void operatorInTheEnvelopeMeansNothingBesideACredential() {
    Caller alice =
        known(asked(Door.Envelope.newBuilder().setCredential(ALICE).setOperator(true), false));

    assertThat(alice.operator()).isFalse();
  }

  @Test
  void tokensAreDrawnAndHashed() {
    assertThat(ALICE).matches("corale_[A-Za-z0-9_-]{43}").isNotEqualTo(ROOT);
    assertThat(Credentials.hash(ALICE)).matches("[0-9a-f]{64}").doesNotContain(ALICE);
    assertThatIllegalArgumentException().isThrownBy(() -> Credentials.hash("corale_short"));
  }

  private Authenticator.Identified asked(Door.Envelope.Builder envelope, boolean fromNode) {
    Door.Request request = Door.Request.newBuilder().setEnvelope(envelope).build();
    return authenticator.authenticate(new Asked(request, fromNode)).join();
  }

  private static Caller known(Authenticator.Identified identified) {
    assertThat(identified).isInstanceOf(Authenticator.Known.class);
    return ((Authenticator.Known) identified).caller();
  }

  private static Refusal refused(Authenticator.Identified identified) {
    assertThat(identified).isInstanceOf(Authenticator.Stranger.class);
    return ((Authenticator.Stranger) identified).refusal();
  }

  private record Asked(Door.Request request, boolean fromNode) implements Exchange {
    @Override
    public void more(Door.Response.Builder response) {}

    @Override
    public void answer(Door.Response.Builder response) {}

    @Override
    public void onForget(Runnable action) {}

    @Override
    public void onGone(Runnable action) {}
  }
}
