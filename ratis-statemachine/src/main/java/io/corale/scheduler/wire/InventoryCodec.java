package io.corale.scheduler.wire;

import com.google.protobuf.ByteString;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.CellId;
import io.corale.model.InvocationId;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Inventory.Finding;
import io.corale.scheduler.Orphan;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.ArrayList;
import java.util.List;

/** Translates what superpeers ask earlier executors, and what those answer. */
public final class InventoryCodec {
  /**
   * Half of a frame; when so much is said, further outcomes are delivered by themselves a moment
   * later.
   */
  static final int MAX_SETTLES_BYTES = 512 * 1024;

  private InventoryCodec() {}

  /** The question as it travels. */
  public static Door.Inquire write(CellId cell, long epoch, Inquiry inquiry) {
    Door.Inquire.Builder wire =
        Door.Inquire.newBuilder()
            .setOwner(cell.owner().value())
            .setCell(cell.number())
            .setEpoch(epoch)
            .setEarlier(Encode.incarnation(inquiry.earlier().node()))
            .setEarlierTerm(inquiry.earlier().term())
            .setSuccessor(Encode.incarnation(inquiry.successor().node()))
            .setSuccessorTerm(inquiry.successor().term());
    for (Orphan orphan : inquiry.orphans()) {
      wire.addOrphans(
          Door.Inquire.Orphan.newBuilder()
              .setInvocation(orphan.attempt().call().invocation().value())
              .setCall(orphan.attempt().call().number())
              .setAttempt(orphan.attempt().number())
              .setStartedIndex(orphan.startedIndex()));
    }
    return wire.build();
  }

  /**
   * The question as it is to be answered: without its number, which its connection knows, and
   * without the fences. Throws {@link IllegalArgumentException} where it is none.
   */
  public static Inquiry read(Door.Inquire wire) {
    List<Orphan> orphans = new ArrayList<>(wire.getOrphansCount());
    for (Door.Inquire.Orphan orphan : wire.getOrphansList()) {
      CallId call = new CallId(new InvocationId(orphan.getInvocation()), orphan.getCall());
      orphans.add(
          new Orphan(new AttemptId(call, orphan.getAttempt()), orphan.getStartedIndex(), 0, false));
    }
    return new Inquiry(
        0,
        new Executor(Decode.incarnation(wire.getEarlier()), wire.getEarlierTerm()),
        new Executor(Decode.incarnation(wire.getSuccessor()), wire.getSuccessorTerm()),
        orphans);
  }

  /** The answer as it travels. */
  public static Door.Inventory write(Inventory inventory) {
    Door.Inventory.Builder wire = Door.Inventory.newBuilder();
    if (!(inventory instanceof Inventory.Taken taken)) {
      return wire.setAnotherLife(true).build();
    }
    int bytes = 0;
    for (Finding finding : taken.findings()) {
      Door.Inventory.Finding.Builder each = Door.Inventory.Finding.newBuilder();
      if (finding instanceof Finding.Ended ended && bytes < MAX_SETTLES_BYTES) {
        ByteString settle = SettleCodec.encode(ended.settle());
        bytes += settle.size();
        each.setState(Door.Inventory.Finding.State.ENDED).setSettle(settle);
      } else if (finding instanceof Finding.Unsent) {
        each.setState(Door.Inventory.Finding.State.UNSENT);
      } else {
        each.setState(
            finding instanceof Finding.Running || finding instanceof Finding.Ended
                ? Door.Inventory.Finding.State.RUNNING
                : Door.Inventory.Finding.State.FORGOTTEN);
      }
      wire.addFindings(each);
    }
    return wire.build();
  }

  /**
   * The answer. What this build does not understand of it may run: the executor will deliver that.
   */
  public static Inventory read(Door.Inventory wire) {
    if (wire.getAnotherLife()) {
      return new Inventory.AnotherLife();
    }
    List<Finding> findings = new ArrayList<>(wire.getFindingsCount());
    for (Door.Inventory.Finding finding : wire.getFindingsList()) {
      findings.add(
          switch (finding.getState()) {
            case UNSENT -> new Finding.Unsent();
            case ENDED -> ended(finding.getSettle());
            case FORGOTTEN -> new Finding.Forgotten();
            case RUNNING, STATE_UNSPECIFIED, UNRECOGNIZED -> new Finding.Running();
          });
    }
    return new Inventory.Taken(findings);
  }

  private static Finding ended(ByteString settle) {
    try {
      return new Finding.Ended(SettleCodec.decode(settle));
    } catch (UnknownFormat | IllegalArgumentException e) {
      return new Finding.Running();
    }
  }
}
