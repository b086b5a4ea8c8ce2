package io.corale.node.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Outcome;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProvidersTest {
  private static final ProviderSettings SETTINGS =
      new ProviderSettings(List.of(), "", new TreeMap<>(), List.of());

  private final List<String> closed = new ArrayList<>();

  @Test
  void closesAllThoughOneBreaks() {
    Providers providers =
        Providers.open(List.of(new One("a"), new One("broken"), new One("z")), SETTINGS);

    providers.close();

    assertThat(closed).containsExactlyInAnyOrder("a", "broken", "z");
  }

  @Test
  void leavesNoneOpenWhereOneCannotBeOpened() {
    for (One last : List.of(new One("refused"), new One("a"))) {
      closed.clear();
      assertThatThrownBy(() -> Providers.open(List.of(new One("a"), new One("b"), last), SETTINGS))
          .hasMessageContaining("'" + last.id() + "'");

      assertThat(closed).containsExactly("a", "b");
    }
  }

  /** Breaks if its name says so. */
  private final class One implements ProviderFactory, Provider {
    private final String id;

    One(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Provider open(ProviderSettings settings) {
      if (id.equals("refused")) {
        throw new IllegalArgumentException("'refused' is set wrong");
      }
      return this;
    }

    @Override
    public CompletableFuture<Outcome> call(ProviderCall call) {
      return CompletableFuture.completedFuture(new Outcome.NotSent("nobody calls it"));
    }

    @Override
    public void close() {
      closed.add(id);
      if (id.equals("broken")) {
        throw new IllegalStateException("planted");
      }
    }
  }
}
