package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a registry a cell is still to be told. */
class EndowmentTest {
  private static final Composition NAP =
      ((Compilation.Compiled)
              Compiler.compile(
                  """
                  document: {dsl: '1.0.3', namespace: test, name: nap, version: 1.0.0,
                    metadata: {incidents: true}}
                  do: [{a: {set: {v: 1}}}]
                  """))
          .composition();
  private static final Command WANTS =
      new Command.Define(NAP.ref(), NAP.canonical(), NAP.tellsIn(), true);

  private final StillCell cell = new StillCell(List.of());

  /** Rule 36: while an older build was there it could not be told. */
  @Test
  void thatACompositionWantsIncidentsIsNewsOnceACellHasWordsForIt() {
    cell.apply(0, List.of(new Command.Define(NAP.ref(), NAP.canonical(), NAP.tellsIn())));
    assertThat(Endowment.isNews(cell, WANTS)).isFalse();

    cell.apply(0, List.of(new Command.ActivateVersion(Entry.INCIDENTS_FORMAT)));
    assertThat(Endowment.isNews(cell, WANTS)).isTrue();
    cell.apply(0, List.of(WANTS));

    assertThat(Endowment.isNews(cell, WANTS)).isFalse();
    assertThat(cell.<Boolean>read(s -> s.wantIncidents(NAP.ref()))).isTrue();
  }

  @Test
  void aCompositionIsNewsOnce() {
    assertThat(Endowment.isNews(cell, WANTS)).isTrue();
  }
}
