/** The words of `random.RandomPet`: short, friendly, and none that reads badly before or after another. */

type Words = readonly [string, ...string[]];

function words(text: string): Words {
  const [first = "", ...rest] = text.trim().split(/\s+/);
  return [first, ...rest];
}

export const ADJECTIVES = words(`
  able agile alert amber ample apt arctic autumn azure bold brave brief bright brisk calm candid
  careful cheery civil clear clever cosmic cozy crisp curious daring deft eager early earnest easy
  elated fair fancy fast fine firm fleet fluent fond frank free fresh gentle glad golden grand happy
  hardy hearty honest humble ideal jolly keen kind lively loyal lucid lucky mellow merry mighty mild
  modest neat nimble noble patient placid plucky polite prime proud prompt quick quiet ready robust
  rosy royal sage serene sharp silent silver simple sincere sleek smart smooth snug solar solid sound
  spry stable steady sturdy sunny sure swift tidy tidal trim true trusty upbeat urban valid vivid
  warm wise witty zesty
`);

export const ADVERBS = words(`
  ably amply aptly boldly bravely brightly briskly calmly cleanly clearly cleverly deeply deftly
  dearly duly eagerly easily evenly fairly finely firmly fondly freely freshly fully gently gladly
  grandly happily highly keenly kindly largely lightly likely lively loudly merrily mildly mostly
  neatly nearly newly nicely nimbly openly partly plainly promptly proudly purely quickly quietly
  rarely readily rightly safely sharply simply smartly smoothly softly solely soundly steadily surely
  swiftly tidily truly warmly wholly widely wisely
`);

export const ANIMALS = words(`
  alpaca ant badger bat bear beaver bee bison boar bobcat buffalo camel caribou cat cheetah cicada
  cobra condor coral cougar coyote crab crane cricket crow deer dingo dolphin donkey dove dragonfly
  duck eagle eel egret elk emu falcon ferret finch firefly fox frog gazelle gecko gibbon giraffe gnu
  goat goose grouse gull hamster hare hawk hedgehog heron hippo hornet horse ibex ibis iguana jackal
  jaguar jay kestrel kiwi koala lark lemur leopard lion lizard llama lobster lynx macaw magpie mantis
  marlin marmot marten mink mole moose moth mouse mule narwhal newt ocelot octopus orca oriole osprey
  otter owl ox oyster panda panther parrot pelican penguin pigeon pony puffin puma quail rabbit
  raccoon ram raven robin salmon seal shark sheep shrew shrimp skunk sloth snail sparrow spider squid
  squirrel stoat stork swan tapir tern tiger toad trout turtle viper vole vulture walrus wasp weasel
  whale wolf wombat wren yak zebra
`);
