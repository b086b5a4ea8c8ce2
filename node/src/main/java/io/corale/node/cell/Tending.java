package io.corale.node.cell;

import io.corale.model.Incarnation;
import io.corale.node.cell.CellFile.State;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.Optional;

/** What a node does for a replica when the group's superpeer wishes it, and says of it (rule 6). */
final class Tending {
  private Tending() {}

  /** What is to be done. */
  enum Done {
    /** Nothing. */
    LOOKED,
    /** Remember that it comes back. */
    AWAITS,
    /** Create an empty one. */
    RETURNS,
    /** Create an empty one where there never was one. */
    ARRIVES,
    /** Delete what there is. */
    LEAVES
  }

  /**
   * Only what is lost is awaited, and only what is awaited returns, once: a wish that comes late
   * names a loss that is over. So no word can empty a replica that counts. And only what was
   * created before a configuration that is without it leaves: a word that comes late must not
   * delete what has come back since. What has left comes again by no word from before that.
   */
  static Done of(Optional<CellFile> held, CellFile asked, Door.TendReplica request) {
    return switch (request.getWish()) {
      case AWAIT -> mayAwait(held, asked, request) ? Done.AWAITS : Done.LOOKED;
      case RETURN -> mayReturn(held, asked, request.getToken()) ? Done.RETURNS : Done.LOOKED;
      case ARRIVE -> mayArrive(held, asked, request) ? Done.ARRIVES : Done.LOOKED;
      case LEAVE -> mayLeave(held, asked, request) ? Done.LEAVES : Done.LOOKED;
      case LOOK, UNRECOGNIZED -> Done.LOOKED;
    };
  }

  private static boolean mayAwait(
      Optional<CellFile> held, CellFile asked, Door.TendReplica request) {
    return held.isEmpty()
        || isGivenUp(held.get(), asked)
        || isIn(State.LOST, held, asked, request.getToken())
        || isOf(held, asked, State.LEFT, request);
  }

  private static boolean mayArrive(
      Optional<CellFile> held, CellFile asked, Door.TendReplica request) {
    return held.isEmpty() || isGivenUp(held.get(), asked) || isOf(held, asked, State.LEFT, request);
  }

  /** Not by a word from before it left. */
  private static boolean isOf(
      Optional<CellFile> held, CellFile asked, State state, Door.TendReplica request) {
    return held.filter(file -> file.isOf(asked))
        .filter(file -> file.state() == state)
        .filter(file -> file.absentAt() <= request.getConfiguration())
        .isPresent();
  }

  /**
   * One that has left is asked again until it has deleted all. One that has nothing says from then
   * on that it has left.
   */
  private static boolean mayLeave(
      Optional<CellFile> held, CellFile asked, Door.TendReplica request) {
    if (held.isEmpty() || isGivenUp(held.get(), asked)) {
      return true;
    }
    return held.filter(file -> file.isOf(asked))
        .filter(
            file ->
                file.absentAt() < request.getConfiguration()
                    || (file.state() == State.LEFT
                        && file.absentAt() == request.getConfiguration()))
        .isPresent();
  }

  private static boolean mayReturn(Optional<CellFile> held, CellFile asked, String token) {
    return isIn(State.AWAITED, held, asked, token);
  }

  private static boolean isIn(State state, Optional<CellFile> held, CellFile asked, String token) {
    return held.filter(file -> file.isOf(asked))
        .filter(file -> file.state() == state)
        .filter(file -> file.token().equals(token))
        .isPresent();
  }

  /** Of an earlier birth, in the place of which the one asked for is open. */
  private static boolean isGivenUp(CellFile held, CellFile asked) {
    return asked.epoch() > held.epoch() && !held.isOpen();
  }

  /**
   * What this node has now of what it was asked for.
   *
   * @param isDue whether what is awaited may return now
   */
  static Door.ReplicaReport report(
      Optional<CellFile> held, boolean isDue, CellFile asked, Incarnation self) {
    return Door.ReplicaReport.newBuilder()
        .setState(state(held, asked))
        .setToken(held.map(CellFile::token).orElse(""))
        .setDue(isDue)
        .setIncarnation(
            Common.Incarnation.newBuilder().setNode(self.node().value()).setBoot(self.boot()))
        .build();
  }

  private static Door.ReplicaReport.State state(Optional<CellFile> held, CellFile asked) {
    if (held.isEmpty() || isGivenUp(held.get(), asked)) {
      return Door.ReplicaReport.State.NONE;
    }
    if (!held.get().isOf(asked)) {
      return Door.ReplicaReport.State.OTHER;
    }
    return switch (held.get().state()) {
      case HELD -> Door.ReplicaReport.State.HELD;
      case LOST -> Door.ReplicaReport.State.LOST;
      case AWAITED -> Door.ReplicaReport.State.AWAITED;
      case RETURNING -> Door.ReplicaReport.State.RETURNING;
      case ARRIVING -> Door.ReplicaReport.State.ARRIVING;
      case LEFT -> Door.ReplicaReport.State.LEFT;
    };
  }
}
