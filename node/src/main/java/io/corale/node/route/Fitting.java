package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.scheduler.Entry;
import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks what stands against a change of an account before it is entered in the registry: from there
 * every superpeer to come takes it, so that none may be in it that a cell cannot take, and no limit
 * that nothing would enforce. Thread-safe.
 */
final class Fitting {
  /** Twice an election, as for what was entered. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Route route;
  private final Overlay overlay;

  Fitting(Route route, Overlay overlay) {
    this.route = route;
    this.overlay = overlay;
  }

  /** What a cell has against a version of an account that is to be entered, at this moment. */
  static Optional<Refusal> objection(Cell cell, Account account) {
    if (account.hasMoreLimits() && cell.activeFormat() < Entry.LIMITS_FORMAT) {
      return Optional.of(
          tooEarly(
              account, "and in that of its cell format " + cell.activeFormat() + " is active"));
    }
    return cell.read(scheduler -> scheduler.objection(account));
  }

  /** Completes with what stands against it, or with nothing. */
  CompletableFuture<Optional<Refusal>> objection(CellId cell, Account account) {
    Question question =
        new Question(
            cell,
            account,
            route.nanos().getAsLong() + PATIENCE.toNanos(),
            new CompletableFuture<>());
    look(question);
    return question.result();
  }

  private record Question(
      CellId cell, Account account, long until, CompletableFuture<Optional<Refusal>> result) {}

  private void look(Question question) {
    Place place = route.lookup().find(question.cell());
    if (place instanceof Place.Here here) {
      question.result().complete(objection(here.cell(), question.account()));
    } else if (place instanceof Place.There there) {
      ask(question, there.node());
    } else if (place instanceof Place.Nobody) {
      lookAtItsBirth(question);
    } else {
      again(question, "cell " + question.cell() + " has no superpeer at this moment");
    }
  }

  /** That nobody is heard of says little: its birth record says whether there is a cell at all. */
  private void lookAtItsBirth(Question question) {
    if (!question.account().hasMoreLimits()) {
      question.result().complete(Optional.empty());
      return;
    }
    var unused =
        route
            .founding()
            .isUnborn(question.cell())
            .thenAccept(
                isUnborn -> {
                  if (isUnborn) {
                    question.result().complete(objection(overlay.nodes(), question.account()));
                  } else {
                    again(question, "cell " + question.cell() + " has no superpeer at this moment");
                  }
                });
  }

  private void ask(Question question, NodeView node) {
    Door.Request request =
        Door.Request.newBuilder()
            .setEnvelope(NodeWord.envelope(question.cell().owner(), PATIENCE))
            .setFit(Door.Fit.newBuilder().setAccount(Encode.account(question.account())))
            .build();
    route.peers().send(node, request, PATIENCE, response -> heard(question, node, response));
  }

  private void heard(Question question, NodeView node, Door.Response response) {
    if (response.hasDone()) {
      question.result().complete(Optional.empty());
    } else if (response.hasRefused()) {
      question.result().complete(refused(question.account(), response.getRefused()));
    } else {
      again(question, "superpeer " + node.incarnation().node() + " did not answer");
    }
  }

  /** An older build cannot be asked: what every build takes it will take. */
  static Optional<Refusal> refused(Account account, Common.Refusal refusal) {
    boolean isOfOlderBuild =
        refusal.getCode() == Common.Refusal.Code.UNSUPPORTED && !account.hasMoreLimits();
    return isOfOlderBuild ? Optional.empty() : Optional.of(Decode.refusal(refusal));
  }

  /**
   * A cell that is not born yet will be served by some of the nodes that were heard of, also by one
   * that is silent at this moment.
   */
  static Optional<Refusal> objection(List<NodeView> nodes, Account account) {
    int common =
        nodes.stream().mapToInt(NodeView::readsFormat).reduce(Entry.NEWEST_FORMAT, Math::min);
    return account.hasMoreLimits() && common < Entry.LIMITS_FORMAT
        ? Optional.of(
            tooEarly(account, "and of the nodes that are here not all read more than " + common))
        : Optional.empty();
  }

  private static Refusal tooEarly(Account account, String why) {
    return Refusal.of(
        Refusal.Code.UNSUPPORTED,
        "account '%s': rates, ramps and learned limits take format %d of logs, %s"
            .formatted(account.id(), Entry.LIMITS_FORMAT, why));
  }

  /**
   * Tries again while there is time. What every build takes is entered without an answer: if there
   * is a superpeer, it says what it thinks of it once it is told.
   */
  private void again(Question question, String trouble) {
    if (!question.account().hasMoreLimits()) {
      question.result().complete(Optional.empty());
    } else if (route.nanos().getAsLong() > question.until()) {
      question
          .result()
          .complete(Optional.of(Refusal.later(Refusal.Code.UNAVAILABLE, trouble, PAUSE)));
    } else {
      route.timer().schedule(() -> look(question), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
