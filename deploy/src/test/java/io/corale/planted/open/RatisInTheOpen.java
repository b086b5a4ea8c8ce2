package io.corale.planted.open;

import org.apache.ratis.protocol.RaftPeerId;

record RatisInTheOpen(RaftPeerId peer) {}
