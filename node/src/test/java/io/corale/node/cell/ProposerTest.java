package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.junit.jupiter.api.Test;

/** What a node believes of its log when an entry fails. */
final class ProposerTest {
  private static final RaftGroupMemberId MEMBER =
      RaftGroupMemberId.valueOf(RaftPeerId.valueOf("n"), RaftGroupId.randomId());

  /** Rule 7: the time of a refused entry is proposed again, so it must not be in the log. */
  @Test
  void onlyWhatIsNeverSaidOfAnAppendedEntryIsARefusal() {
    assertThat(new LeaderSteppingDownException("it hands over")).matches(Proposer::isRefusal);
    assertThat(new LeaderNotReadyException(MEMBER)).matches(Proposer::isRefusal);
    assertThat(
            List.of(
                new NotLeaderException(MEMBER, null, List.of()),
                new ResourceUnavailableException("after the append, too"),
                new StateMachineException("what apply says, too"),
                new IllegalStateException("whenever")))
        .noneMatch(Proposer::isRefusal);
  }
}
