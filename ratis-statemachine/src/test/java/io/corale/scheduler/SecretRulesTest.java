package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import org.junit.jupiter.api.Test;

/** Secrets in the log: by version, whatever the order in which they come (rule 22). */
class SecretRulesTest {
  private static final SecretName KEY = new SecretName("apiKey");

  private final TestCell cell = TestCell.open(1);

  @Test
  void keepsTheNewestVersionInWhateverOrderTheyCome() {
    cell.apply(0, new Command.Entrust(sealed(KEY, 2)));
    cell.apply(0, new Command.Entrust(sealed(KEY, 1)), new Command.Entrust(sealed(KEY, 2)));

    assertThat(cell.scheduler.secrets()).containsExactly(sealed(KEY, 2));
  }

  @Test
  void anOlderVersionDoesNotBringARemovedOneBack() {
    cell.apply(0, new Command.Entrust(SealedSecret.removed(KEY, 2, 0)));
    cell.apply(0, new Command.Entrust(sealed(KEY, 1)));
    assertThat(cell.scheduler.secrets()).containsExactly(SealedSecret.removed(KEY, 2, 0));

    cell.apply(0, new Command.Entrust(sealed(KEY, 3)));
    assertThat(cell.scheduler.secrets()).containsExactly(sealed(KEY, 3));
  }

  @Test
  void keepsNoMoreThanItsBound() {
    for (int i = 0; i < Safe.MAX_SECRETS; i++) {
      cell.apply(0, new Command.Entrust(sealed(new SecretName("s" + i), 1)));
    }

    Applied over = cell.apply(0, new Command.Entrust(sealed(KEY, 1)));
    Applied known = cell.apply(0, new Command.Entrust(sealed(new SecretName("s0"), 2)));

    assertThat(over.results().get(0).toString()).contains("OVERLOADED", "at most 512 secrets");
    assertThat(known.results()).containsExactly(new Result.Done());
    assertThat(cell.scheduler.secrets()).hasSize(Safe.MAX_SECRETS);
  }

  /** Rule 35: a take-over without a registry lacks nothing. */
  @Test
  void areInTheImage() {
    cell.apply(0, new Command.Entrust(sealed(KEY, 2)));

    OwnerScheduler restored = OwnerScheduler.restore(cell.scheduler.image());

    assertThat(restored.secrets()).containsExactly(sealed(KEY, 2));
  }

  private static SealedSecret sealed(SecretName name, long version) {
    return new SealedSecret(name, version, 0, "k1", ByteString.copyFromUtf8("sealed" + version));
  }
}
