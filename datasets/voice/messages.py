"""What people say to the desk: 28 messages, written one by one, with the voice in which each is spoken.

`text` is what a careful listener writes down ("E07", "BL-14003"); `spoken` in `speech.py` turns codes and numbers into
what the voice says ("E zero seven"). Facts come from `datasets/WORLD.md`; orders from `named_orders/voice.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One voice message: what is said, how, and what a person would note about it."""

    language: str
    voice: str  # a language of eSpeak NG, and after the + one of its variants
    rate: int  # words a minute
    pitch: int  # 0 to 99
    noise: str  # none, kitchen, street
    intent: str
    product: str
    order_id: str | None
    error_code: str | None
    text: str


MESSAGES = (
    Message("en", "en+f2", 165, 52, "none", "machine_fault", "one", "BL-14001", "E07",
        "Hello, it's about my Brewline One, order BL-14001. Since this morning it says E07 and the water stays cold. "
        "I've pulled the plug twice."),
    Message("en", "en+m3", 150, 34, "kitchen", "leak", "one", None, None,
        "Right, so, I come down to make a coffee, and my socks are wet. There's water under the machine. The small "
        "one. Can somebody ring me, please?"),
    Message("en", "gmw/en-US+f4", 172, 60, "none", "order_status", "grind", "BL-14003", None,
        "Hi there, just checking on BL-14003, the grinder. Tracking hasn't moved since Thursday. Thanks."),
    Message("en", "gmw/en-GB-scotland+m1", 158, 40, "street", "order_change", "froth", "BL-14004", None,
        "I'm on my way to work, so I'll be quick. Order BL-14004. I gave you my old address. Can you send it to the "
        "new one before it leaves?"),
    Message("en", "en+f5", 145, 46, "none", "warranty_repair", "duo", "BL-14005", "E17",
        "Good afternoon. My Duo has shown E17 and I have switched it off, as your page says. I should like to know "
        "whether the repair is covered. The order is BL-14005."),
    Message("en", "en+m7", 178, 45, "none", "descaling_water", "one", None, "CAL",
        "Quick one. I descaled it, I rinsed it, and CAL is still there. What did I do wrong?"),
    Message("en", "gmw/en-US+m2", 160, 38, "kitchen", "coffee_quality", "several", None, None,
        "Hey. The espresso runs through in about twelve seconds and it tastes sour. I've got the One and your "
        "grinder, and the dial is on fourteen."),
    Message("en", "en+f1", 152, 64, "none", "safety", "duo", "BL-14008", None,
        "Please call me back. I touched the plug of the Duo just now and it's really hot, and there's a brown mark "
        "on it. It says PL-7A. I've taken it out of the wall. The order was BL-14008."),
    Message("en", "en+m5", 140, 26, "none", "setup_use", "duo", None, None,
        "Evening. How do I make the Duo stay on a bit longer? It switches itself off before my wife gets up."),
    Message("en", "gmw/en-GB-x-rp+f3", 155, 50, "street", "delivery_problem", "duo", "BL-14010", None,
        "The box for BL-14010 has a hole in it the size of my fist. I haven't opened it. I've taken two photos. "
        "What happens now?"),
    Message("en", "gmw/en-US+f2", 168, 58, "none", "return_refund", "one", "BL-14011", None,
        "Hi. I sent the One back two weeks ago and I still don't see my money. It's BL-14011. Could you look into it?"),
    Message("en", "en+m1", 162, 42, "kitchen", "parts_order", "one", None, None,
        "Can I still get the water tank for the old One, the 2023 model? Mine has a crack, about halfway down."),
    Message("en", "en+f4", 176, 55, "none", "account_privacy", "unknown", None, None,
        "I've had a mail from a refund centre that wants my card number. Is that you? I haven't clicked on anything."),
    Message("en", "gmw/en-GB-scotland+f2", 150, 48, "none", "business_billing", "one", "BL-14014", None,
        "This is the office at Larkfield Joinery. The invoice for BL-14014 has our old company name on it. Could you "
        "send us a corrected one?"),
    Message("en", "en+m4", 182, 50, "street", "machine_fault", "grind", None, "E33",
        "The grinder won't start. It only blinks at me. Three blinks, a pause, three blinks. No stones in it that I "
        "can see."),
    Message("en", "gmw/en-US+m7", 156, 33, "none", "buying_advice", "several", None, None,
        "Hello, I can't decide between the One and the Duo. There are two of us, and I like milk, my husband doesn't. "
        "Which one would you take?"),
    Message("en", "en+f3", 148, 44, "kitchen", "machine_fault", "one", "BL-14017", "E12",
        "It's the tank message, E12, on the One. I've filled it, I've pushed it in, I've tapped it. The little white "
        "thing doesn't float any more. BL-14017."),
    Message("en", "en+m2", 170, 39, "none", "leak", "duo", None, None,
        "Coffee comes out round the side of the handle and runs down the front. It's worse with the double basket."),
    Message("en", "en+f1", 190, 70, "street", "order_status", "one", "BL-14019", None,
        "Where is my machine? BL-14019! It's a birthday present, and the birthday is on Wednesday."),
    Message("en", "gmw/en-US+f5", 164, 49, "none", "descaling_water", "pour", None, "E39",
        "My Pour says E39 instead of the time. I think that's the scale thing. How many sachets is it?"),
    Message("de", "de+f2", 160, 52, "none", "machine_fault", "one", "BL-14021", "E12",
        "Guten Tag, meine Brewline One zeigt E12 an, obwohl der Tank voll ist. Die Bestellnummer ist BL-14021. Bitte "
        "schreiben Sie mir, was ich tun kann."),
    Message("de", "de+m3", 152, 36, "kitchen", "leak", "duo", None, "E17",
        "Hallo, bei unserer Duo steht Wasser im Boden und auf der Anzeige leuchtet E17. Ich habe den Stecker gezogen."),
    Message("de", "de+f4", 170, 58, "none", "warranty_repair", "one", "BL-14023", None,
        "Ich habe die Maschine im Frühjahr letzten Jahres bei Ihnen gekauft, Bestellung BL-14023. Gilt die Garantie "
        "noch, wenn ich umziehe?"),
    Message("de", "de+m1", 178, 44, "street", "descaling_water", "one", None, "CAL",
        "Eine kurze Frage: Kann ich zum Entkalken auch Essig nehmen? Auf dem Display steht CAL, und ich habe keinen "
        "Entkalker im Haus."),
    Message("es", "es+f3", 158, 54, "none", "machine_fault", "one", "BL-14025", "E07",
        "Hola, buenos días. Mi máquina marca E07 y el agua no se calienta. El número de pedido es BL-14025. ¿Qué "
        "puedo hacer?"),
    Message("es", "es+m2", 166, 40, "kitchen", "coffee_quality", "duo", None, None,
        "Buenas. El café me sale muy amargo y muy lento, apenas unas gotas. La aguja llega casi al final."),
    Message("en", "en+m6", 135, 22, "none", "parts_order", "duo", None, None,
        "I need the rubber ring for the Duo. The seal. I never remember which number it is. And a brush, if you have "
        "one."),
    Message("en", "en+f5", 174, 62, "none", "account_privacy", "unknown", None, None,
        "I'd like a copy of everything you keep about me, please. No rush. You have my e-mail address."),
)  # fmt: skip
