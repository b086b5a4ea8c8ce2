package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.examples.Example;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How one composition reacts to what becomes of another. */
class LifecycleTest {
  private static final InvocationId REACTION = new InvocationId("schedule-on-fault~due~1");

  private static Example example() throws IOException {
    return Example.all().stream()
        .filter(each -> each.name().equals("schedule-on-fault"))
        .findFirst()
        .orElseThrow();
  }

  /** Once, whoever is superpeer in between. */
  @Test
  void aFaultBeginsWhatListensForIt() throws IOException {
    Composition fragile = Stage.compiled(example().parts().get(0));
    Composition watcher = Stage.compiled(example().source());
    Stage calm = Stage.echoing(fragile).beside(watcher).untilAllHasEnded().play("{}");

    for (long index = 0; index <= calm.entries(); index++) {
      Stage stage =
          Stage.echoing(fragile).beside(watcher).untilAllHasEnded().takenOverAt(index).play("{}");

      assertThat(stage.fault().title()).isEqualTo("Out of stock");
      assertThat(stage.ended)
          .as("at entry " + index)
          .containsExactly(
              Map.entry(REACTION, new Ending.Completed(Payload.ofJson(example().output()))));
    }
  }

  @Test
  void aSilentCompositionBeginsNothing() throws IOException {
    String source = example().parts().get(0).replace("lifecycle: true", "lifecycle: false");
    Composition watcher = Stage.compiled(example().source());

    Stage stage =
        Stage.echoing(Stage.compiled(source)).beside(watcher).untilAllHasEnded().play("{}");

    assertThat(stage.ended).isEmpty();
  }
}
