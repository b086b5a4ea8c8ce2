package io.corale.planted.open;

import io.netty.channel.Channel;

record NettyInTheOpen(Channel channel) {}
