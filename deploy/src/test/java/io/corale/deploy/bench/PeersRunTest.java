package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.deploy.bench.PeersRun.Figures;
import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a contender may do to a run, by one whose servers are processes that wait. */
class PeersRunTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Syncs SYNCS = new Syncs(List.of(9L, 9L, 9L), 1);
  private static final PeersRun.Plan PLAN = new PeersRun.Plan(List.of(256, 1), SECOND, SECOND);

  private final List<CoraleProcess> servers = new ArrayList<>();
  private final List<Figures> shown = new ArrayList<>();
  private final List<Contender.Pace> paces = new ArrayList<>();
  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void startServers() throws IOException {
    for (int i = 0; i < Contender.SERVERS; i++) {
      servers.add(CoraleProcess.launch("s" + i, directory, List.of("sleep", "60"), Map.of()));
    }
  }

  @AfterEach
  void stopServers() throws InterruptedException {
    for (CoraleProcess server : servers) {
      server.kill();
    }
  }

  /** What happens meanwhile. */
  private interface Event {
    void happen() throws InterruptedException, NoFigures;
  }

  private static final Event NOTHING = () -> {};

  private final class Waiting implements Contender {
    private final Event whileMeasured;
    private final Event atTheEnd;
    private final long failedByTheEnd;

    Waiting(Event whileMeasured, Event atTheEnd, long failedByTheEnd) {
      this.whileMeasured = whileMeasured;
      this.atTheEnd = atTheEnd;
      this.failedByTheEnd = failedByTheEnd;
    }

    @Override
    public String name() {
      return "waiting";
    }

    @Override
    public String settings() {
      return "";
    }

    @Override
    public List<CoraleProcess> servers() {
      return servers;
    }

    @Override
    public List<CoraleProcess> drivers() {
      return List.of();
    }

    @Override
    public Load load(Pace pace) {
      paces.add(pace);
      return new Load() {
        @Override
        public void warmUp() {}

        @Override
        public LoopFigures measure() throws InterruptedException {
          happens(whileMeasured);
          return new LoopFigures(1, SECOND, new Percentiles(1, 1, 1, 1), 0);
        }

        @Override
        public long ended() {
          return 1;
        }

        @Override
        public long end() throws InterruptedException, NoFigures {
          atTheEnd.happen();
          return failedByTheEnd;
        }
      };
    }

    private void happens(Event event) throws InterruptedException {
      try {
        event.happen();
      } catch (NoFigures e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {}
  }

  private void run(Contender contender, Event whileSeen)
      throws IOException, InterruptedException, NoFigures {
    PeersRun.run(
        contender,
        PLAN,
        (watched, load) -> {
          try {
            whileSeen.happen();
          } catch (NoFigures e) {
            throw new IllegalStateException(e);
          }
          return Optional.of(SYNCS);
        },
        shown::add);
  }

  @Test
  void eachNumberInFlightGivesFigures() throws Exception {
    run(new Waiting(NOTHING, NOTHING, 0), NOTHING);

    assertThat(shown).extracting(Figures::inFlight).containsExactly(256, 1);
    assertThat(shown).allSatisfy(each -> assertThat(each.doubt(5)).isEmpty());
    assertThat(paces).extracting(Contender.Pace::warmUp).startsWith(SECOND);
  }

  @Test
  void aServerThatEndsWhileItIsMeasuredGivesNoFigures() {
    assertThatThrownBy(() -> run(new Waiting(servers.get(1)::kill, NOTHING, 0), NOTHING))
        .isInstanceOf(NoFigures.class)
        .hasMessage("s1 ended while it was measured");
    assertThat(shown).isEmpty();
  }

  @Test
  void aServerThatEndsWhileItIsSeenGivesNoFigures() {
    assertThatThrownBy(() -> run(new Waiting(NOTHING, NOTHING, 0), servers.get(2)::kill))
        .isInstanceOf(NoFigures.class)
        .hasMessage("s2 ended while its syncs were counted");
  }

  @Test
  void whatFailsAfterTheMeasuredTimeIsCounted() throws Exception {
    run(new Waiting(NOTHING, NOTHING, 3), NOTHING);

    assertThat(shown).allSatisfy(each -> assertThat(each.doubt(5)).contains("3 failed"));
  }

  @Test
  void aLoadThatDoesNotDrainLeavesTheFiguresBeforeIt() {
    Event secondDoesNot =
        () -> {
          if (paces.size() == 2) {
            throw new NoFigures("1 has not ended");
          }
        };

    assertThatThrownBy(() -> run(new Waiting(NOTHING, secondDoesNot, 0), NOTHING))
        .isInstanceOf(NoFigures.class);
    assertThat(shown).extracting(Figures::inFlight).containsExactly(256);
  }
}
