package io.corale.node.route;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.door.Authenticator;
import io.corale.node.door.Caller;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The hallway: every request that comes in by the door passes here, and the way of an invocation
 * can be read from top to bottom.
 *
 * <pre>
 *   authenticate -> right -> what is asked?
 *     of a cell      -> Journey: Here (Desk) | There (forward, one hop) | Nobody (Founding)
 *     of an owner    -> Registrar (any node, on the registry)
 *     of the cluster -> Reports
 *     by a node      -> Neighbours
 * </pre>
 *
 * Thread-safe; never blocks.
 */
public final class Intake implements Consumer<Exchange> {
  private final Authenticator authenticator;
  private final Route route;
  private final Registrar registrar;
  private final Reports reports;
  private final Neighbours neighbours;

  Intake(
      Authenticator authenticator,
      Route route,
      Registrar registrar,
      Reports reports,
      Neighbours neighbours) {
    this.authenticator = authenticator;
    this.route = route;
    this.registrar = registrar;
    this.reports = reports;
    this.neighbours = neighbours;
  }

  @Override
  public void accept(Exchange exchange) {
    authenticator
        .authenticate(exchange)
        .whenComplete(
            (identified, failure) -> {
              if (failure != null) {
                refuse(exchange, unavailable(failure));
              } else if (identified instanceof Authenticator.Stranger stranger) {
                refuse(exchange, stranger.refusal());
              } else if (identified instanceof Authenticator.Known known) {
                answer(exchange, known.caller());
              }
            });
  }

  private void answer(Exchange exchange, Caller caller) {
    try {
      dispatch(exchange, caller);
    } catch (IllegalArgumentException e) {
      refuse(exchange, Refusal.of(Refusal.Code.INVALID, String.valueOf(e.getMessage())));
    }
  }

  private void dispatch(Exchange exchange, Caller caller) {
    switch (exchange.request().getWhatCase()) {
      case SUBMIT,
          ANNOUNCE,
          AWAIT,
          STATUS,
          TRACE,
          EXPLAIN,
          LIST,
          CANCEL,
          SCHEDULES,
          HALT_SCHEDULE,
          HOLD,
          PRIORITIZE,
          SHOW_HOLDS,
          LIST_INCIDENTS,
          RESOLVE_INCIDENT,
          PUT_TERMS,
          SHOW_TERMS,
          RETAIN,
          SHOW_RETENTION,
          SHOW_ACCOUNTS,
          DELIVER,
          FIT,
          REFRESH -> {
        OwnerId owner = owner(exchange);
        Optional<Refusal> forbidden =
            caller.lacks(rightFor(exchange.request().getWhatCase()), owner);
        if (forbidden.isPresent()) {
          refuse(exchange, forbidden.get());
        } else {
          new Journey(route, exchange, caller, CellId.home(owner)).begin();
        }
      }
      case PUBLISH,
          PUT_OWNER,
          PUT_ACCOUNT,
          PUT_LIMITED_ACCOUNT,
          CREATE_TOKEN,
          DESCRIBE,
          PUT_FUNCTION,
          REMOVE_FUNCTION,
          LIST_FUNCTIONS,
          CHANGE_SECRET,
          LIST_SECRETS ->
          registrar.serve(exchange, caller, owner(exchange));
      case CELLS, NODES, METRICS, SHOW_OVERLAY -> reports.serve(exchange, caller);
      case ADD_REPLICA, TEND_REPLICA, GOSSIP, INQUIRE, WITNESS -> neighbours.serve(exchange);
      case WHAT_NOT_SET ->
          refuse(
              exchange,
              Refusal.of(
                  Refusal.Code.UNSUPPORTED,
                  "request is of a kind that this node does not know; its build is older"));
    }
  }

  /** The right that a request about a cell needs; those between nodes need an operator's. */
  static Right rightFor(Door.Request.WhatCase what) {
    return switch (what) {
      case SUBMIT, ANNOUNCE, AWAIT, CANCEL, PRIORITIZE, RESOLVE_INCIDENT -> Right.INVOKE;
      case STATUS,
          TRACE,
          EXPLAIN,
          LIST,
          SCHEDULES,
          SHOW_RETENTION,
          SHOW_ACCOUNTS,
          SHOW_HOLDS,
          LIST_INCIDENTS,
          SHOW_TERMS ->
          Right.READ;
      case PUBLISH -> Right.PUBLISH;
      default -> Right.ADMIN;
    };
  }

  private static OwnerId owner(Exchange exchange) {
    return Decode.in(
        "envelope.owner", () -> new OwnerId(exchange.request().getEnvelope().getOwner()));
  }

  private static Refusal unavailable(Throwable failure) {
    return Refusal.later(
        Refusal.Code.UNAVAILABLE,
        "registry: the credential could not be checked: " + failure.getMessage(),
        Duration.ofSeconds(2));
  }

  static void refuse(Exchange exchange, Refusal refusal) {
    exchange.answer(Journey.refused(refusal));
  }
}
