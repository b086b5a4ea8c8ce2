package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.gossip.Overlay;
import io.corale.model.Account;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Cells;
import io.corale.node.cell.Endowment;
import io.corale.node.cell.Witness;
import io.corale.node.discover.Discoverer;
import io.corale.node.door.Authenticator;
import io.corale.node.registry.Registry;
import io.corale.node.seal.KeyRing;
import io.corale.node.step.Compositions;
import io.corale.node.step.Errands;
import io.corale.node.thread.Aside;
import io.corale.node.thread.FairPool;
import io.corale.node.thread.Narrows;
import io.corale.scheduler.Command;
import io.corale.scheduler.Inquiry;
import io.corale.wire.Freight;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The routing of a node, put together.
 *
 * @param intake takes every request that comes in by the door
 * @param errands what is brought to other nodes on behalf of cells
 * @param witness tells the superpeer what a replica measured
 */
public record Hallway(Intake intake, Errands errands, Witness witness) {
  /**
   * What routing needs of the other rooms.
   *
   * @param accountFaults what an account's provider has against it
   * @param keys seal the secrets of owners
   * @param discoverer knows what became of asking providers for limits
   * @param evaluation where compositions are compiled and walked; bounded
   * @param narrows lets few large compositions' inputs be walked at once
   * @param freight where large answers of other nodes find room on their way to who asked
   * @param timer for pauses; its tasks are short
   * @param gossip answers the gossip of other nodes
   * @param metrics collects the metrics of this node as text
   * @param watch sees which submits are refused for now
   */
  public record Surroundings(
      NodeId self,
      Registry registry,
      Cells cells,
      Overlay overlay,
      Peers peers,
      Authenticator authenticator,
      Function<Account, List<String>> accountFaults,
      KeyRing keys,
      Compositions compositions,
      Endowment endowment,
      Discoverer discoverer,
      FairPool<OwnerId> evaluation,
      Narrows narrows,
      Freight freight,
      ScheduledExecutorService timer,
      UnaryOperator<ByteString> gossip,
      Supplier<String> metrics,
      AdmissionWatch watch) {}

  /** Puts it together. */
  public static Hallway of(Surroundings in) {
    Furnishing furnishing = new Furnishing(in.endowment);
    Clock wall = Clock.systemUTC();
    Admission admission =
        new Admission(in.compositions, furnishing, in.evaluation, in.narrows, wall, in.watch);
    Route route =
        new Route(
            new Lookup(in.self, in.cells::find, in.overlay, System::nanoTime),
            new Desk(
                admission,
                new EventAdmission(wall),
                furnishing,
                new TermsDesk(in.registry::terms, in.registry::putTerms, furnishing),
                new AskingViews(in.discoverer, System::nanoTime),
                Aside.of(in.evaluation, in.narrows, in.timer),
                wall),
            in.peers,
            new Founding(in.registry::owner, in.registry::birth, in.cells::bear),
            in.freight,
            System::nanoTime,
            in.timer);
    Announcer announcer = new Announcer(route, furnishing);
    Registrar registrar =
        new Registrar(
            in.registry,
            new AccountRegistrar(
                in.registry, in.accountFaults, new Fitting(route, in.overlay), announcer),
            new SecretRegistrar(in.registry, in.keys, wall),
            announcer,
            in.evaluation,
            wall);
    Intake intake =
        new Intake(
            in.authenticator,
            route,
            registrar,
            new Reports(in.self, in.overlay, in.cells, in.metrics),
            new Neighbours(in.cells, in.gossip));
    return new Hallway(
        intake, errands(route), new DoorWitness(in.self, route.lookup(), route.peers()));
  }

  /** What a cell has against a version of an account, at this moment; it is led here. */
  public static Optional<Refusal> objection(Cell cell, Account account) {
    return Fitting.objection(cell, account);
  }

  private static Errands errands(Route route) {
    Forwarding forwarding = new Forwarding(route);
    Inquiring inquiring = new Inquiring(route);
    return new Errands() {
      @Override
      public void forward(Cell cell, Command.Settle settle) {
        forwarding.forward(cell, settle);
      }

      @Override
      public void inquire(Cell cell, Inquiry inquiry) {
        inquiring.inquire(cell, inquiry);
      }
    };
  }
}
