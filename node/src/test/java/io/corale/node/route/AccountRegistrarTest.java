package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who puts an account is told for certain whether it is in force, where that is known. */
class AccountRegistrarTest {
  private static final Refusal IN_USE =
      Refusal.of(Refusal.Code.CONFLICT, "account 'cheap': scope 'naps' cannot go");

  @Test
  void whatTheCellDoesNotTakeIsRefusedAndNotUnknown() {
    Door.Response answer = answer(Optional.empty(), notTaken(2));

    assertThat(answer.getRefused().getCode()).isEqualTo(Encode.refusal(IN_USE).getCode());
    assertThat(answer.getRefused().getMessage())
        .startsWith(IN_USE.message())
        .contains("the registry has this as version 3");
  }

  /** Another put came in between, and that one is not taken. */
  @Test
  void whatTheCellHasTakenIsDoneWhateverCameLater() {
    Door.Response answer = answer(Optional.empty(), notTaken(3));

    assertThat(answer.getDone().getInForce().getVersion()).isEqualTo(3);
    assertThat(answer.getDone().hasNotTaken()).isFalse();
  }

  @Test
  void whatNobodyHasSaidIsUnknown() {
    assertThat(answer(Optional.of("no superpeer"), Door.Done.getDefaultInstance()).hasUnknown())
        .isTrue();
  }

  private static Door.Response answer(Optional<String> trouble, Door.Done done) {
    return AccountRegistrar.answer(3, new Announcer.Told(trouble, done)).build();
  }

  private static Door.Done notTaken(long inForce) {
    return Door.Done.newBuilder()
        .setInForce(Door.AccountInForce.newBuilder().setAccount("cheap").setVersion(inForce))
        .setNotTaken(Encode.refusal(IN_USE))
        .build();
  }
}
