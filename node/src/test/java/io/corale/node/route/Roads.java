package io.corale.node.route;

import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.SchedulerPage;
import io.corale.gossip.lookup.Told;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.cell.Cell;
import io.corale.node.cell.StillCell;
import io.corale.node.door.Caller;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Versioned;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Some nodes that route requests for one cell, and the ways between them; time stands still. */
final class Roads {
  static final CellId CELL = CellId.home(new OwnerId("acme"));
  static final Door.Response DONE =
      Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()).build();
  static final Door.Response UNKNOWN =
      Door.Response.newBuilder().setUnknown(Door.Unknown.getDefaultInstance()).build();
  private static final Caller CALLER = new Caller("test", true, new TreeMap<>());

  private final List<Route> routes = new ArrayList<>();
  private final Map<Integer, List<ClaimView>> beliefs = new LinkedHashMap<>();
  private final Set<Integer> leaders = new LinkedHashSet<>();
  private final Map<Integer, Cell> won = new LinkedHashMap<>();
  private final Set<List<Integer>> cuts = new LinkedHashSet<>();
  private final Set<Integer> former = new LinkedHashSet<>();
  private final List<String> asked = new ArrayList<>();
  private final KeptTasks timer = new KeptTasks();
  private final List<Door.Response> answers = new ArrayList<>();
  private CompletableFuture<Optional<OwnerEntry>> owner =
      CompletableFuture.completedFuture(Optional.empty());
  private CompletableFuture<Optional<Birth>> record =
      CompletableFuture.completedFuture(Optional.empty());
  private int recordsRead;
  private Door.Response there = DONE;

  Roads(int size) {
    for (int node = 0; node < size; node++) {
      routes.add(route(node, size));
    }
  }

  private Route route(int self, int size) {
    List<NodeView> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      NodeView.State alive = NodeView.State.ALIVE;
      nodes.add(
          i == self ? 0 : nodes.size(), new NodeView(life(i), door(i), "", "", "", 0, alive, 0, 0));
    }
    Cell led = new StillCell(List.of());
    Lookup lookup =
        new Lookup(
            life(self).node(),
            cell -> leaders.contains(self) ? Optional.of(led) : Optional.ofNullable(won.get(self)),
            new Believed(self, nodes),
            () -> 0);
    return new Route(
        lookup,
        (cell, request, caller, responses) -> {
          responses.accept(there);
          return () -> {};
        },
        (node, request, patience, responses) -> send(self, node, request, responses),
        new Founding(
            owner -> this.owner,
            cell -> {
              recordsRead++;
              return record.thenApply(birth -> birth.map(known -> new Versioned<>(known, 0)));
            },
            cell -> record.thenApply(Optional::orElseThrow)),
        new Freight(1_000_000, 0),
        () -> 0,
        timer);
  }

  private Runnable send(
      int from, NodeView to, Door.Request request, Consumer<Door.Response> responses) {
    int node = Integer.parseInt(to.incarnation().node().value().substring(1));
    asked.add("n" + node);
    if (cuts.contains(List.of(from, node))) {
      responses.accept(Door.Response.getDefaultInstance());
    } else if (former.contains(node)) {
      responses.accept(UNKNOWN);
    } else {
      new Journey(routes.get(node), new Asked(request, true, responses), CALLER, CELL).begin();
    }
    return () -> {};
  }

  private static Incarnation life(int node) {
    return new Incarnation(new NodeId("n" + node), 1);
  }

  private static String door(int node) {
    return "n" + node + ":2";
  }

  ClaimView leads(int node, long term) {
    return new ClaimView(life(node), CELL, 1, term, 0, true);
  }

  ClaimView follows(int node) {
    return new ClaimView(life(node), CELL, 1, 0, 0, false);
  }

  Told told(int node, long term) {
    return new Told(leads(node, term), door(node));
  }

  /** In term 1. */
  void lead(int node) {
    leaders.add(node);
  }

  /** It is of the build before, follows nobody, and says so in that build's words. */
  void isOfFormerBuild(int node) {
    former.add(node);
  }

  /** Raft has told it and others that it has won; its cell has not noticed yet. */
  void win(int node) {
    StillCell cell = new StillCell(List.of());
    cell.follow(life(node).node());
    won.put(node, cell);
  }

  void believes(int node, ClaimView... claims) {
    beliefs.put(node, List.of(claims));
  }

  void cut(int from, int to) {
    cuts.add(List.of(from, to));
  }

  /** The record says that it was born there, at this epoch. */
  void born(long epoch, int... members) {
    owner = CompletableFuture.completedFuture(Optional.of(registered()));
    List<BornMember> all =
        Arrays.stream(members)
            .mapToObj(node -> new BornMember(life(node), "n" + node, "n" + node + ":1", door(node)))
            .toList();
    record =
        CompletableFuture.completedFuture(
            Optional.of(new Birth(Birth.State.BORN, epoch, "nonce-" + epoch, all)));
  }

  static OwnerEntry registered() {
    return new OwnerEntry(CELL.owner(), new TreeMap<>(), new TreeSet<>(), Instant.EPOCH);
  }

  /** From now on no question to the registry is answered. */
  void silenceRegistry() {
    owner = new CompletableFuture<>();
  }

  int recordsRead() {
    return recordsRead;
  }

  /** What whoever leads answers from now on. */
  void answersThere(Door.Response response) {
    there = response;
  }

  Door.Envelope.Builder envelope() {
    return Door.Envelope.newBuilder().setOwner("acme").setDeadlineMillis(1_000);
  }

  /** A client's request comes in here; its answer may come later. */
  void send(int entry) {
    answers.clear();
    begin(entry, false, envelope());
  }

  private void begin(int node, boolean fromNode, Door.Envelope.Builder envelope) {
    Door.Request request =
        Door.Request.newBuilder()
            .setEnvelope(envelope)
            .setRefresh(Door.Refresh.getDefaultInstance())
            .build();
    new Journey(routes.get(node), new Asked(request, fromNode, answers::add), CALLER, CELL).begin();
  }

  /** The same, whose answer comes at once. */
  Door.Response request(int entry) {
    send(entry);
    return answers.get(0);
  }

  /** What this node answers at once. */
  Door.Response ask(int node, boolean fromNode, Door.Envelope.Builder envelope) {
    answers.clear();
    begin(node, fromNode, envelope);
    return answers.get(0);
  }

  boolean isAnswered() {
    return !answers.isEmpty();
  }

  void passTime(int pauses) {
    for (int pause = 0; pause < pauses; pause++) {
      passTime();
    }
  }

  /** Whoever pauses goes on. */
  void passTime() {
    timer.runAll();
  }

  /** Who was asked by another node, in order. */
  List<String> asked() {
    return asked;
  }

  private final class Believed implements Overlay {
    private final int self;
    private final List<NodeView> nodes;

    Believed(int self, List<NodeView> nodes) {
      this.self = self;
      this.nodes = nodes;
    }

    @Override
    public List<NodeView> nodes() {
      return nodes;
    }

    @Override
    public Optional<ClaimView> leader(CellId cell) {
      return claims(cell).stream().filter(ClaimView::leads).findFirst();
    }

    @Override
    public List<ClaimView> claims(CellId cell) {
      return beliefs.getOrDefault(self, List.of());
    }

    @Override
    public SchedulerPage schedulers(Optional<CellId> after, int limit) {
      return new SchedulerPage(List.of(), false);
    }

    @Override
    public void claim(List<ClaimView> claims) {}
  }

  private record Asked(Door.Request request, boolean fromNode, Consumer<Door.Response> responses)
      implements Exchange {
    @Override
    public void more(Door.Response.Builder response) {
      responses.accept(response.build());
    }

    @Override
    public void answer(Door.Response.Builder response) {
      responses.accept(response.build());
    }

    @Override
    public void onForget(Runnable action) {}

    @Override
    public void onGone(Runnable action) {}
  }
}
