package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Inventory.Finding;
import io.corale.scheduler.Orphan;
import io.corale.wire.Door;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What travels between superpeers and earlier executors arrives as it was said (rule 11). */
class InventoryCodecTest {
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  @Test
  void readsAQuestionAsItWasAsked() {
    Inquiry asked =
        new Inquiry(
            0, executor("n1", 4), executor("n2", 6), List.of(new Orphan(attempt(1), 17, 0, false)));

    Door.Inquire wire = InventoryCodec.write(CELL, 3, asked);

    assertThat(InventoryCodec.read(wire)).isEqualTo(asked);
    assertThat(wire.getOwner()).isEqualTo("acme");
    assertThat(wire.getEpoch()).isEqualTo(3);
  }

  @Test
  void readsAnAnswerAsItWasGiven() {
    Inventory taken =
        new Inventory.Taken(
            List.of(
                new Finding.Unsent(),
                new Finding.Ended(settle(1, "1")),
                new Finding.Running(),
                new Finding.Forgotten()));

    assertThat(InventoryCodec.read(InventoryCodec.write(taken))).isEqualTo(taken);
    assertThat(InventoryCodec.read(InventoryCodec.write(new Inventory.AnotherLife())))
        .isEqualTo(new Inventory.AnotherLife());
  }

  /** What an answer has no room for is delivered by itself. */
  @Test
  void saysThatRunsOfWhichTheOutcomeDoesNotFit() {
    String large = "\"" + "x".repeat(Payload.MAX_INLINE_BYTES - 2) + "\"";
    List<Finding> many = Collections.nCopies(30, new Finding.Ended(settle(1, large)));

    Door.Inventory wire = InventoryCodec.write(new Inventory.Taken(many));

    assertThat(wire.getSerializedSize()).isLessThan(InventoryCodec.MAX_SETTLES_BYTES + 1_000);
    List<Finding> read = ((Inventory.Taken) InventoryCodec.read(wire)).findings();
    assertThat(read).hasSize(30).contains(new Finding.Running(), many.get(0));
  }

  /** A newer build may find what this one does not know: it must not be taken for "unsent". */
  @Test
  void takesWhatItDoesNotUnderstandForRunning() {
    Door.Inventory strange =
        Door.Inventory.newBuilder()
            .addFindings(Door.Inventory.Finding.newBuilder().setStateValue(77))
            .addFindings(
                Door.Inventory.Finding.newBuilder()
                    .setState(Door.Inventory.Finding.State.ENDED)
                    .setSettle(ByteString.copyFromUtf8("of a newer build")))
            .addFindings(
                Door.Inventory.Finding.newBuilder().setState(Door.Inventory.Finding.State.UNSENT))
            .build();

    assertThat(InventoryCodec.read(strange))
        .isEqualTo(
            new Inventory.Taken(
                List.of(new Finding.Running(), new Finding.Running(), new Finding.Unsent())));
  }

  private static Executor executor(String node, long term) {
    return new Executor(new Incarnation(new NodeId(node), 2), term);
  }

  private static AttemptId attempt(int number) {
    return new AttemptId(new CallId(new InvocationId("one"), 1), number);
  }

  private static Command.Settle settle(int number, String result) {
    return new Command.Settle(
        attempt(number), new Outcome.Success(Payload.ofJson(result)), 5, 7, Optional.empty());
  }
}
